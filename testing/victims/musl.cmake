# The same programs for musl: those that need nothing of another C library. What is RUNS there is run here, too, as "musl/NAME …".
find_program(AJAR_MUSL_GCC musl-gcc REQUIRED)

set(AJAR_MUSL_DIR ${AJAR_VICTIM_DIR}/musl)
set(ajar_musl_headers raw_call.h truth.h truth_text.h situations/ring.h situations/situation.h)
# The kernel's headers are not musl's; whatever else lies there comes after musl's own.
# Debian's musl-gcc links without .eh_frame_hdr, where the agent looks for call-frame information.
set(ajar_musl_flags ${AJAR_VICTIM_FLAGS} -Wl,--eh-frame-hdr -Wl,-rpath,\$ORIGIN -idirafter /usr/include/${CMAKE_LIBRARY_ARCHITECTURE} -idirafter /usr/include)
file(MAKE_DIRECTORY ${AJAR_MUSL_DIR})

# ajar_musl(file source [flags …])
function(ajar_musl file source)
  add_custom_command(OUTPUT ${AJAR_MUSL_DIR}/${file}
    COMMAND ${AJAR_MUSL_GCC} ${ajar_musl_flags} ${ARGN} -o ${AJAR_MUSL_DIR}/${file} ${CMAKE_CURRENT_SOURCE_DIR}/${source}
    DEPENDS ${source} ${ajar_musl_headers} VERBATIM)
  set_property(GLOBAL APPEND PROPERTY AJAR_MUSL_FILES ${AJAR_MUSL_DIR}/${file})
endfunction()

set(ajar_musl_victims
  accepts by_number churn close_anothers closed_at_end connection_pool daemonizes deep_stack dlclose_leak double_close dup_family
  emfile exec_chain exec_chain_after exit_paths fopen_family jit leak_files leak_in_child leak_then_sigkill leak_threads library_lists
  message_queues min_stack nested_dlopen opendir_leak pipes_and_pairs posix_spawn_victim raw_syscall sandboxed scm_rights
  signal_handler special_kinds storm system_popen thread_pool untraced_children vfork_exec)
foreach(name ${ajar_musl_victims})
  ajar_musl(${name} ${name}.c)
endforeach()
foreach(name born_elsewhere children connections duplicates failing_closes kept_log kept_users passed_in_messages past_the_library right_programs rings
    successors through_the_library walls)
  ajar_musl(${name} situations/${name}.c)
endforeach()
ajar_musl(successors_static situations/successors.c -static)
ajar_musl(leak_files_without_header leak_files.c -Wl,--no-eh-frame-hdr)
foreach(which first second)
  ajar_musl(libvictim_${which}.so dlclose_plugin.c -shared -fPIC -DPLUGIN_FUNCTION=leak_in_${which})
endforeach()
ajar_musl(libvictim_inner.so nested_inner.c -shared -fPIC)
ajar_musl(libvictim_outer.so nested_outer.c -shared -fPIC)

get_property(files GLOBAL PROPERTY AJAR_MUSL_FILES)
add_custom_target(musl_victims ALL DEPENDS ${files})
add_dependencies(victims musl_victims)

get_property(runs GLOBAL PROPERTY AJAR_VICTIM_RUNS)
foreach(run ${runs})
  string(REGEX REPLACE " .*" "" name "${run}")
  if(name IN_LIST ajar_musl_victims)
    set_property(GLOBAL APPEND PROPERTY AJAR_VICTIM_RUNS "musl/${run}")
  endif()
endforeach()
