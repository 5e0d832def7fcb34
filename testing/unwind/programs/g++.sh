for i in $(seq $TURNS); do
  g++ -std=c++20 -O1 -g -c "$SOURCES/shapes.cc" -o shapes.o
  g++ -std=c++20 -O2 -flto -c "$SOURCES/exceptions.cc" -o exceptions.o
  g++ -O2 -flto shapes.o exceptions.o -o program
done
LD_PRELOAD= ./program 1
