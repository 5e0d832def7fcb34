sqlite3 base "
create table t(a integer primary key, b text, c real);
with recursive r(x) as (select 1 union all select x + 1 from r where x < $TURNS * 10000)
  insert into t select x, hex(x * 7919 % 10007), x / 3.0 from r;
create index i on t(b);
create trigger g after update on t begin delete from t where a = new.a - 1; end;
update t set c = 5 where a % 13 = 0;
select count(*), max(b) from t where b like '3%';
select a % 10, count(*), avg(length(b)), group_concat(c) from t where a < 500 group by 1 order by 2;
vacuum;
select 'done';"
