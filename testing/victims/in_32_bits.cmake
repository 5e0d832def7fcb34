# The same programs in 32 bits, which enter the kernel through another gate, with other numbers and words of 4 bytes. What is RUNS there is
# run here, too, as "32/NAME …".
set(AJAR_32_DIR ${AJAR_VICTIM_DIR}/32)
set(ajar_32_headers truth.h truth_text.h)
# The kernel's headers are the same for both; where they are installed for 64 bits only, the compiler has to be told.
set(ajar_32_flags -m32 ${AJAR_VICTIM_FLAGS} -Wl,-rpath,\$ORIGIN -idirafter /usr/include/${CMAKE_LIBRARY_ARCHITECTURE})
file(MAKE_DIRECTORY ${AJAR_32_DIR})

# ajar_32(file source [flags …])
function(ajar_32 file source)
  add_custom_command(OUTPUT ${AJAR_32_DIR}/${file}
    COMMAND ${CMAKE_C_COMPILER} ${ajar_32_flags} ${ARGN} -o ${AJAR_32_DIR}/${file} ${CMAKE_CURRENT_SOURCE_DIR}/${source} -lpthread -ldl
    DEPENDS ${source} ${ajar_32_headers} VERBATIM)
  set_property(GLOBAL APPEND PROPERTY AJAR_32_FILES ${AJAR_32_DIR}/${file})
endfunction()

set(ajar_32_victims
  accepts by_number churn close_anothers closed_at_end connection_pool daemonizes deep_stack dlclose_leak double_close dup_family
  emfile exec_chain exec_chain_after exit_paths fopen_family leak_files leak_in_child leak_then_sigkill leak_threads library_lists
  message_queues min_stack nested_dlopen opendir_leak pipes_and_pairs posix_spawn_victim scm_rights
  signal_handler special_kinds storm system_popen thread_pool untraced_children use_after_close vfork_exec)
foreach(name ${ajar_32_victims})
  ajar_32(${name} ${name}.c)
endforeach()
ajar_32(leak_files_static leak_files.c -static)
foreach(which first second)
  ajar_32(libvictim_${which}.so dlclose_plugin.c -shared -fPIC -DPLUGIN_FUNCTION=leak_in_${which})
endforeach()
ajar_32(libvictim_inner.so nested_inner.c -shared -fPIC)
ajar_32(libvictim_outer.so nested_outer.c -shared -fPIC)

get_property(files GLOBAL PROPERTY AJAR_32_FILES)
add_custom_target(victims_in_32_bits ALL DEPENDS ${files})
add_dependencies(victims victims_in_32_bits)

get_property(runs GLOBAL PROPERTY AJAR_VICTIM_RUNS)
foreach(run ${runs})
  string(REGEX REPLACE " .*" "" name "${run}")
  if(name IN_LIST ajar_32_victims)
    set_property(GLOBAL APPEND PROPERTY AJAR_VICTIM_RUNS "32/${run}")
  endif()
endforeach()
set_property(GLOBAL APPEND PROPERTY AJAR_VICTIM_RUNS "32/leak_files_static")
