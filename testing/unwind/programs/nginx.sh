mkdir logs html; for i in $(seq 20); do seq $i 2000 > html/$i.txt; done
cat > nginx.conf <<END
user $(id -un) $(id -gn); daemon off; pid nginx.pid; error_log logs/error.log; worker_processes 1;
events { worker_connections 64; }
http {
  access_log logs/access.log; gzip on; gzip_min_length 1; gzip_types text/plain;
  client_body_temp_path t1; proxy_temp_path t2; fastcgi_temp_path t3; uwsgi_temp_path t4; scgi_temp_path t5;
  server {
    listen unix:$PWD/socket; root $PWD/html; autoindex on;
    location ~ ^/re/([0-9]+)$ { rewrite ^/re/(.*)$ /\$1.txt last; }
    location /proxy/ { proxy_pass http://unix:$PWD/socket:/; }
  }
}
END
nginx -p "$PWD/" -c nginx.conf 2> logs/start &
server=$!
until [ -S socket ]; do sleep 0.05; done
n=$((TURNS * 20))
curl -s --unix-socket socket "http://x/[1-$n].txt" "http://x/re/[1-$n]" "http://x/proxy/[1-$n].txt" http://x/ > /dev/null
curl -s --compressed --unix-socket socket "http://x/[1-20].txt" | wc -l
kill -QUIT $server; wait $server
echo done
