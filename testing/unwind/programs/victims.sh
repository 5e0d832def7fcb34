# ajar's own victims that are about stacks: coroutines, alternate stacks, code made at run time, libraries that
# come and go.
for victim in coroutine deep_stack dlclose_leak exceptions garbage jit nested_dlopen signal_handler thread_pool vfork_exec; do
  "$VICTIMS/$victim" > /dev/null
done
echo done
