"""Right and wrong answers, counted. A wrong one is told at once, and the next is asked for."""

MOST_WORDS = 1500


class Answers:
    def __init__(self):
        self.right, self.wrong = 0, 0
        self.about = ""

    def begin(self, about):
        self.about = about

    def check(self, holds, *words):
        if holds:
            self.right += 1
        else:
            self.wrong += 1
            print(f"WRONG: {self.about}: {' '.join(str(word) for word in words)[:MOST_WORDS]}", flush=True)
        return bool(holds)

    def check_none(self, what, sentences):
        """None of these sentences is to be said."""
        return self.check(not sentences, what, "differs:", "; ".join(sentences))

    def end(self):
        """Tells how many there were, and gives the exit status."""
        print(f"{self.right} answers were right" + (f", {self.wrong} WRONG" if self.wrong else ""))
        return 1 if self.wrong or not self.right else 0
