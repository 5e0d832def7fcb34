#ifndef AJAR_VICTIMS_NOTIFY_H_
#define AJAR_VICTIMS_NOTIFY_H_

/* Sends a note to nobody, through an eventfd that the library never closes. 0, or -1 where there was none to
 * be had. */
int notify(unsigned note);

#endif
