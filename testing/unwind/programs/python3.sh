cat > work.py <<'END'
import argparse, asyncio, bz2, concurrent.futures, csv, ctypes, decimal, difflib, email, fractions, hashlib, http.server
import importlib, json, logging, lzma, multiprocessing, pickle, random, re, sqlite3, ssl, statistics, sys, tarfile
import threading, unittest, urllib.request, xml.etree.ElementTree as tree, zipfile, zlib

def nested(n):
    return [n] if n == 0 else [nested(n - 1)]

def turn(n):
    json.loads(json.dumps({str(i): [i] * 5 for i in range(2000)}))
    json.dumps(nested(300))
    tree.fromstring('<a>' + '<b c="d">e</b>' * 500 + '</a>')
    sorted(range(500), key=lambda i: (str(i % 7), str(nested(i % 20))))
    base = sqlite3.connect(':memory:')
    base.create_function('twice', 1, lambda x: nested(3) and 2 * x)
    base.execute('create table t(a)')
    base.executemany('insert into t values(?)', ((i,) for i in range(500)))
    base.execute('select sum(twice(a)) from t order by 1').fetchall()
    decimal.Decimal(n + 2).sqrt(decimal.Context(200))
    re.sub('(a|b)+c', lambda m: m.group(0).upper(), 'abcaabbc' * 200)
    pickle.loads(pickle.dumps([fractions.Fraction(i, 7) for i in range(100)]))
    lzma.decompress(lzma.compress(zlib.compress(bytes(random.randrange(256) for _ in range(20000)))))
    compare = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(ctypes.c_int), ctypes.POINTER(ctypes.c_int))
    numbers = (ctypes.c_int * 100)(*range(100, 0, -1))
    ctypes.CDLL(None).qsort(numbers, 100, 4, compare(lambda a, b: len(str(a[0])) and a[0] - b[0]))
    async def many():
        await asyncio.gather(*(asyncio.sleep(0.0001) for _ in range(50)))
    asyncio.run(many())
    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda i: json.dumps(list(range(i))), range(100)))

for n in range(int(sys.argv[1])):
    turn(n)
print('done')
END
python3 work.py $((TURNS * 2))
