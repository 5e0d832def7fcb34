#pragma once

namespace ajar::platform::win {

// Administrators may look into every process, but have to say that they want to. Once is enough, also where
// it is refused (false): then processes of others can't be opened.
bool ask_for_debug_privilege();

}  // namespace ajar::platform::win
