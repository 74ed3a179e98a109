set -e
for k in 1 2 3; do timeout 300 bun packages/samples/record/main.ts; rm -rf /tmp/rec$k; cp -r packages/samples/recordings /tmp/rec$k; done
for f in /tmp/rec1/*; do cmp $f /tmp/rec2/$(basename $f) || true; cmp $f /tmp/rec3/$(basename $f)|| true; done
