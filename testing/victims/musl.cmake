# The same programs for musl: those that need nothing of another C library.
find_program(AJAR_MUSL_GCC musl-gcc REQUIRED)

# The kernel's headers are not musl's; whatever else lies there comes after musl's own.
# Debian's musl-gcc links without .eh_frame_hdr, where the agent looks for call-frame information.
set(AJAR_AGAIN_musl ${AJAR_MUSL_GCC} ${AJAR_VICTIM_FLAGS} -Wl,--eh-frame-hdr -Wl,-rpath,\$ORIGIN
  -idirafter /usr/include/${CMAKE_LIBRARY_ARCHITECTURE} -idirafter /usr/include)
set(AJAR_AGAIN_musl_HEADERS raw_call.h truth.h truth_text.h situations/ring.h situations/situation.h)

ajar_again_victims(musl
  accepts by_number churn close_anothers closed_at_end connection_pool daemonizes deep_stack dlclose_leak double_close dup_family
  emfile exec_chain exec_chain_after exit_paths fopen_family jit leak_files leak_in_child leak_then_sigkill leak_threads library_lists main_leaves
  message_queues min_stack nested_dlopen opendir_leak pipes_and_pairs posix_spawn_victim raw_syscall sandboxed scm_rights
  signal_handler special_kinds storm system_popen thread_pool untraced_children vfork_exec)
foreach(name born_elsewhere children connections duplicates failing_closes kept_log kept_users passed_in_messages past_the_library right_programs rings
    successors through_the_library walls)
  ajar_again(musl ${name} situations/${name}.c)
endforeach()
ajar_again(musl successors_static situations/successors.c -static)
ajar_again(musl leak_files_without_header leak_files.c -Wl,--no-eh-frame-hdr)
ajar_again_target(musl musl_victims)
