cat > work.sh <<'END'
f() { local n=$1; if ((n > 0)); then f $((n - 1)); else echo "$(echo deep | tr a-z A-Z)"; fi; }
trap 'x=$(f 2)' USR1
for ((i = 1; i <= $1 * 5; ++i)); do f $((i * 3)); kill -USR1 $$; done > /dev/null
declare -A a; for i in {1..500}; do a[k$i]=${i//1/x}; [[ ${a[k$i]} =~ (x|2)+3 ]]; done
printf '%s\n' {a..z}{a..f} | sort -r | uniq -c | sed 's/ //g' | tail -1
(exec bash -c 'exec echo done')
END
bash work.sh $TURNS
