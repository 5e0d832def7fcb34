git init -q work; cd work; git config user.name x; git config user.email x@localhost
cp -r "$SOURCES" sources; mkdir numbers; for i in $(seq 60); do seq $i 300 > numbers/$i; done
git add -A; git commit -qm first
for i in $(seq $((TURNS * 3))); do seq $i 7 500 > numbers/$i; echo $i >> sources/shapes.cc; git add -A; git commit -qm "change $i"; done
git log -p --stat > /dev/null; git gc -q; git status --short; git blame sources/shapes.cc > /dev/null
git grep -n shapes > /dev/null; git diff HEAD~2 > /dev/null; git checkout -q HEAD~1; git fsck
cd ..; git clone -q work copy; cd copy; git log --graph --oneline | wc -l
echo done
