"$UNWOUND/unwound_$1" "$TURNS"
