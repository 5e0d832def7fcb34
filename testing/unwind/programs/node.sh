cat > work.js <<'END'
const fs = require('fs'), zlib = require('zlib');
let sum = 0;
for (let i = 0; i < 500 * +process.argv[2]; ++i) {
  sum += fs.readFileSync('work.js').length + JSON.parse(JSON.stringify({a: [i, 2, 3]})).a[0];
  if (i % 50 == 0) sum += zlib.gzipSync(Buffer.alloc(10000, i)).length;
}
Promise.all([...Array(50)].map(() => fs.promises.readFile('work.js'))).then(() => console.log('done'));
END
node work.js $TURNS
