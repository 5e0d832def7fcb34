gdb -batch -nx -ex 'break main' -ex 'info functions shapes' -ex 'info types Shape' -ex 'disassemble main' \
  -ex 'list main' -ex 'info scope main' -ex 'python print(sum(range(10)))' "$UNWOUND/unwound_O0" > log
tail -1 log; echo done
