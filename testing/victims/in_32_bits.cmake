# The same programs in 32 bits, which enter the kernel through another gate, with other numbers and words of 4 bytes.

# The kernel's headers are the same for both; where they are installed for 64 bits only, the compiler has to be told.
set(AJAR_AGAIN_32 ${CMAKE_C_COMPILER} -m32 ${AJAR_VICTIM_FLAGS} -Wl,-rpath,\$ORIGIN -idirafter /usr/include/${CMAKE_LIBRARY_ARCHITECTURE})
set(AJAR_AGAIN_32_LIBS -lpthread -ldl)
set(AJAR_AGAIN_32_HEADERS truth.h truth_text.h)

ajar_again_victims(32
  accepts by_number churn close_anothers closed_at_end connection_pool daemonizes deep_stack dlclose_leak double_close dup_family
  emfile exec_chain exec_chain_after exit_paths fopen_family leak_files leak_in_child leak_then_sigkill leak_threads library_lists main_leaves
  message_queues min_stack nested_dlopen opendir_leak pipes_and_pairs posix_spawn_victim scm_rights
  signal_handler special_kinds storm system_popen thread_pool untraced_children use_after_close vfork_exec)
ajar_again(32 leak_files_static leak_files.c -static)
set_property(GLOBAL APPEND PROPERTY AJAR_VICTIM_RUNS "32/leak_files_static")
ajar_again_target(32 victims_in_32_bits)
