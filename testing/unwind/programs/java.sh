cat > Work.java <<'END'
import java.nio.file.*;
import java.util.*;
public class Work {
  public static void main(String[] arguments) throws Exception {
    long sum = 0;
    List<String> words = new ArrayList<>();
    for (int i = 0; i < 500 * Integer.parseInt(arguments[0]); ++i) {
      sum += Files.readAllBytes(Path.of("Work.java")).length;
      for (int k = 0; k < 20; ++k) words.add("x" + i * 7919 % 10007);
    }
    Collections.sort(words);
    Thread[] threads = new Thread[4];
    for (int i = 0; i < 4; ++i) { threads[i] = new Thread(() -> Collections.shuffle(new ArrayList<>(words))); threads[i].start(); }
    for (Thread thread : threads) thread.join();
    System.out.println("done");
  }
}
END
java Work.java $TURNS
