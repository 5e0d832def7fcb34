tar c -C "$SOURCES/.." . > archive; for i in 1 2 3 4; do cat archive archive > more; mv more archive; done
xz -T2 -k archive; gzip -k archive; xz -d < archive.xz | cmp - archive; gzip -d < archive.gz | cmp - archive
echo done
