perl -e '
  my %h; my $n = shift() * 3000;
  sub deep { my ($i) = @_; return $i ? [deep($i - 1)] : {a => 1}; }
  for my $i (1..$n) { $h{"k$i"} = [$i, sort { "$a" cmp "$b" } map { $_ * 7 % 5 } 1..5]; }
  my $text = join(",", map { "$_=$h{$_}[0]" } sort { $h{$a}[0] <=> $h{$b}[0] } keys %h);
  $text =~ s/(\d+)=(\d+)/length("$2$1")/ge; deep($_) for 1..150;
  eval { die { code => 5 } } for 1..50; local $SIG{ALRM} = sub { my @a = (1..10) }; kill ALRM => $$;
  print "done\n";' $TURNS
