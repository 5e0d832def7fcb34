redis-server --port 0 --unixsocket "$PWD/socket" --save '' --dir "$PWD" > log &
server=$!
until [ -S socket ]; do sleep 0.05; done
redis-benchmark -s socket -q -n $((TURNS * 3000)) -t set,get,incr,lpush,rpop,sadd,hset,zadd,lrange_100,mset > benchmark
redis-cli -s socket eval 'local t = {} for i = 1, 200 do t[i] = redis.call("incr", "k" .. i % 10) end return #t' 0
redis-cli -s socket bgrewriteaof; redis-cli -s socket info > info
redis-cli -s socket shutdown nosave; wait $server
echo done
