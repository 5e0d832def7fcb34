# The Windows victims, whose sources stand in windows/. Their compiler is another one than that of this build.
#
# ajar_windows_victim(NAME SOURCES a.c [FLAGS -lws2_32])    FILE is what is made of them: a program, or with -shared a library

set(AJAR_WINDOWS_VICTIM_DIR ${AJAR_VICTIM_DIR}/windows)
# A function that only passes on what another returns would be in no stack, were its call made a jump.
set(AJAR_WINDOWS_VICTIM_FLAGS -O2 -g -fno-optimize-sibling-calls -Wall -Wextra -Werror)
set(ajar_windows_headers windows/truth.h windows/every_call/calls.h windows/worker/classes.h windows/worker/settings.h truth_text.h)
set(windows_victims "")

function(ajar_windows_victim name)
  cmake_parse_arguments(ARG "" "" "SOURCES;FLAGS" ${ARGN})
  set(sources ${ARG_SOURCES})
  list(TRANSFORM sources PREPEND ${CMAKE_CURRENT_SOURCE_DIR}/windows/)
  set(out ${AJAR_WINDOWS_VICTIM_DIR}/${name})
  add_custom_command(OUTPUT ${out}
    COMMAND ${CMAKE_COMMAND} -E make_directory ${AJAR_WINDOWS_VICTIM_DIR}
    COMMAND ${AJAR_MINGW_CC} ${AJAR_WINDOWS_VICTIM_FLAGS} -o ${out} ${sources} ${ARG_FLAGS}
    DEPENDS ${sources} ${ajar_windows_headers} VERBATIM)
  set(windows_victims ${windows_victims} ${out} PARENT_SCOPE)
endfunction()

foreach(name many_types leak_files double_close close_anothers churn storm dlclose_leak exit_paths leak_in_child)
  ajar_windows_victim(${name}.exe SOURCES ${name}.c)
endforeach()
ajar_windows_victim(leak_threads.exe SOURCES leak_threads.c FLAGS -lws2_32)
# Both for one address, so that the second is loaded to where the first was.
foreach(which first second)
  ajar_windows_victim(victim_${which}.dll SOURCES dlclose_plugin.c
    FLAGS -shared -DPLUGIN_FUNCTION=leak_in_${which} -Wl,--image-base,0x3a0000000,--disable-dynamicbase)
endforeach()

ajar_windows_victim(MyCustomDll.dll SOURCES worker/settings.c FLAGS -shared)
ajar_windows_victim(Innocent.dll SOURCES worker/innocent.c FLAGS -shared)
ajar_windows_victim(worker.exe SOURCES worker/worker.c)

set(every_call_sources calls.c duplicates.c files.c keys.c main.c objects.c ports.c processes.c sessions.c sockets.c tokens.c)
list(TRANSFORM every_call_sources PREPEND every_call/)
ajar_windows_victim(every_call.exe SOURCES ${every_call_sources} FLAGS -lws2_32 -lntdll)

add_custom_target(windows_victims ALL DEPENDS ${windows_victims})
add_dependencies(victims windows_victims)
