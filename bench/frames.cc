#include "frames.h"

const Step library_steps[library_step_count] = {step<24>, step<80>, step<208>, step<1000>};
