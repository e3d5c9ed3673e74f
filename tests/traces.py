"""Stack traces of our own making, one of each kind that the world prints.

Each is a whole record: every line belongs to it, and nothing below it does.
"""

from typing import NamedTuple


class Trace(NamedTuple):
    """A trace and what a person reads in it.

    `causes` are the types below the outer one; `place` is the innermost frame of the
    application: file, line, function.
    """

    language: str
    type: str
    message: str
    causes: tuple[str, ...]
    place: tuple[str | None, int | None, str | None] | None
    text: str


TRACES = {
    "python, one traceback": Trace(
        "python",
        "ValueError",
        "bad sku",
        (),
        ("/app/shop/cart.py", 20, "price"),
        """\
Traceback (most recent call last):
  File "/app/shop/api.py", line 7, in handle
    return price(sku)
           ^^^^^^^^^^
  File "/app/shop/cart.py", line 20, in price
    raise ValueError("bad sku")
ValueError: bad sku""",
    ),
    "python, direct cause and a library in between": Trace(
        "python",
        "shop.errors.OrderFailed",
        "order 9",
        ("KeyError",),
        ("/app/shop/orders.py", 31, "load"),
        """\
Traceback (most recent call last):
  File "/app/shop/orders.py", line 28, in load
    row = rows[key]
          ~~~~^^^^^
KeyError: 9

The above exception was the direct cause of the following exception:

Traceback (most recent call last):
  File "/venv/lib/python3.12/site-packages/flask/app.py", line 880, in full_dispatch
    rv = self.dispatch_request()
  File "/app/shop/orders.py", line 31, in load
    raise OrderFailed("order 9") from error
shop.errors.OrderFailed: order 9""",
    ),
    "python, no message and a custom name": Trace(
        "python",
        "shop.Stop",
        "",
        (),
        ("w.py", 3, "<module>"),
        """\
Traceback (most recent call last):
  File "w.py", line 3, in <module>
    raise Stop
shop.Stop""",
    ),
    "python, message of several lines and a note": Trace(
        "python",
        "sqlalchemy.exc.IntegrityError",
        """\
(psycopg.errors.UniqueViolation) duplicate key value
DETAIL:  Key (id)=(4) already exists.
[SQL: INSERT INTO orders (id) VALUES (%s)]
[parameters: (4,)]
(Background on this error at: https://sqlalche.me/e/20/gkpj)""",
        (),
        ("/app/db.py", 8, "save"),
        """\
Traceback (most recent call last):
  File "/app/db.py", line 8, in save
    session.commit()
sqlalchemy.exc.IntegrityError: (psycopg.errors.UniqueViolation) duplicate key value
DETAIL:  Key (id)=(4) already exists.
[SQL: INSERT INTO orders (id) VALUES (%s)]
[parameters: (4,)]
(Background on this error at: https://sqlalche.me/e/20/gkpj)""",
    ),
    "python, pydantic names fields at the margin": Trace(
        "python",
        "pydantic_core._pydantic_core.ValidationError",
        """\
2 validation errors for Order
total
  Input should be a valid number [type=float_parsing]
lines.0.sku
  Field required [type=missing]""",
        (),
        ("/app/api.py", 4, "post"),
        """\
Traceback (most recent call last):
  File "/app/api.py", line 4, in post
    Order(**body)
pydantic_core._pydantic_core.ValidationError: 2 validation errors for Order
total
  Input should be a valid number [type=float_parsing]
lines.0.sku
  Field required [type=missing]""",
    ),
    "python, a group in a task group": Trace(
        "python",
        "ExceptionGroup",
        "unhandled errors in a TaskGroup (1 sub-exception)",
        (),
        ("/app/jobs.py", 12, "run"),
        """\
  + Exception Group Traceback (most recent call last):
  |   File "/app/jobs.py", line 12, in run
  |     async with asyncio.TaskGroup() as group:
  | ExceptionGroup: unhandled errors in a TaskGroup (1 sub-exception)
  +-+---------------- 1 ----------------
    | Traceback (most recent call last):
    |   File "/app/jobs.py", line 5, in one
    |     raise OSError("disk")
    | OSError: disk
    +------------------------------------""",
    ),
    "python, rich box": Trace(
        "python",
        "ZeroDivisionError",
        "division by zero",
        (),
        ("/app/sum.py", 5, "mean"),
        """\
╭──────────────────── Traceback (most recent call last) ────────────────────╮
│ /app/sum.py:9 in <module>                                                 │
│                                                                           │
│   8                                                                       │
│ ❱ 9 mean([])                                                              │
│                                                                           │
│ /app/sum.py:5 in mean                                                     │
│                                                                           │
│ ❱ 5     return total / count                                              │
╰───────────────────────────────────────────────────────────────────────────╯
ZeroDivisionError: division by zero""",
    ),
    "python, values drawn below the code": Trace(
        "python",
        "TypeError",
        "unsupported operand",
        (),
        ("a.py", 2, "add"),
        """\
Traceback (most recent call last):

  File "a.py", line 6, in <module>
    add(1, None)
    └ <function add at 0x7f00>

> File "a.py", line 2, in add
    return a + b
           │   └ None
           └ 1

TypeError: unsupported operand""",
    ),
    "python, thread": Trace(
        "python",
        "RuntimeError",
        "no slot",
        (),
        ("/app/pool.py", 3, "work"),
        """\
Exception in thread Thread-4 (work):
Traceback (most recent call last):
  File "/usr/lib/python3.11/threading.py", line 1045, in _bootstrap_inner
    self.run()
  File "/app/pool.py", line 3, in work
    raise RuntimeError("no slot")
RuntimeError: no slot""",
    ),
    "python, from another process": Trace(
        "python",
        "ValueError",
        "odd",
        ("ValueError",),
        ("/app/m.py", 9, "main"),
        '''\
multiprocessing.pool.RemoteTraceback: 
"""
Traceback (most recent call last):
  File "/app/m.py", line 2, in half
    raise ValueError("odd")
ValueError: odd
"""

The above exception was the direct cause of the following exception:

Traceback (most recent call last):
  File "/app/m.py", line 9, in main
    pool.map(half, [3])
ValueError: odd''',  # noqa: W291 - as Python prints it
    ),
    "python, syntax error of a script": Trace(
        "python",
        "SyntaxError",
        "'(' was never closed",
        (),
        ("/app/x.py", 3, None),
        """\
  File "/app/x.py", line 3
    print(1
         ^
SyntaxError: '(' was never closed""",
    ),
    "python, the interpreter itself": Trace(
        "python",
        "Fatal Python error",
        "Segmentation fault",
        (),
        ("/app/c.py", 2, "poke"),
        """\
Fatal Python error: Segmentation fault

Current thread 0x00007f01 (most recent call first):
  File "/app/c.py", line 2 in poke
  File "/app/c.py", line 5 in <module>

Extension modules: fast (total: 1)""",
    ),
    "java, causes and suppressed": Trace(
        "java",
        "com.acme.shop.CheckoutException",
        "checkout 17 failed",
        ("org.postgresql.util.PSQLException", "java.net.ConnectException"),
        ("Checkout.java", 41, "com.acme.shop.Checkout.run"),
        """\
Exception in thread "worker-1" com.acme.shop.CheckoutException: checkout 17 failed
\tat com.acme.shop.Checkout.run(Checkout.java:41)
\tat java.base/java.lang.Thread.run(Thread.java:840)
\tSuppressed: java.lang.IllegalStateException: already closed
\t\tat com.acme.shop.Pool.close(Pool.java:9)
\t\t... 2 more
\tCaused by: java.io.IOException: not a cause of the outer one
\t\tat com.acme.shop.Pool.flush(Pool.java:5)
Caused by: org.postgresql.util.PSQLException: no connection
\tat org.postgresql.Driver.connect(Driver.java:300) ~[postgresql-42.jar:42]
\tat com.acme.shop.Pool.open(Pool.java:22)
\t... 2 more
Caused by: java.net.ConnectException: Connection refused
\tat java.base/sun.nio.ch.Net.connect0(Native Method)
\t... 4 common frames omitted""",
    ),
    "java, message of several lines": Trace(
        "java",
        "java.lang.IllegalArgumentException",
        "two things:\n  - no sku\n  - no price",
        (),
        ("Cart.kt", 8, "com.acme.CartKt$check$1.invoke"),
        """\
java.lang.IllegalArgumentException: two things:
  - no sku
  - no price
\tat com.acme.CartKt$check$1.invoke(Cart.kt:8)
\tat scala.Function0.apply(Function0.scala:39)""",
    ),
    "java, a name that tells nothing": Trace(
        "java",
        "com.acme.OrderRejected",
        "limit",
        (),
        ("Order.java", 3, "com.acme.Order.check"),
        """\
com.acme.OrderRejected: limit
    at com.acme.Order.check(Order.java:3)
    at com.acme.Order.main(Order.java:1)""",
    ),
    "java, root cause first": Trace(
        "java",
        "com.acme.WebException",
        "page",
        ("java.io.IOException",),
        ("Web.java", 7, "com.acme.Web.page"),
        """\
java.io.IOException: disk
\tat com.acme.Disk.read(Disk.java:2)
\t... 1 common frames omitted
Wrapped by: com.acme.WebException: page
\tat com.acme.Web.page(Web.java:7)""",
    ),
    "javascript, node crash": Trace(
        "javascript",
        "TypeError",
        "Cannot read properties of undefined (reading 'id')",
        (),
        ("/app/src/cart.js", 12, "total"),
        """\
/app/src/cart.js:12
  return lines[0].id;
                 ^

TypeError: Cannot read properties of undefined (reading 'id')
    at total (/app/src/cart.js:12:18)
    at async Server.handle (file:///app/src/server.mjs:30:5)
    at /app/node_modules/express/lib/router/layer.js:95:5
    at process.processTicksAndRejections (node:internal/process/task_queues:95:5)

Node.js v22.3.0""",
    ),
    "javascript, cause and properties": Trace(
        "javascript",
        "OrderError",
        "order 5",
        ("Error",),
        ("/app/orders.ts", 9, "Orders.load"),
        """\
OrderError: order 5
    at Orders.load (/app/orders.ts:9:11) {
  code: 'E_ORDER',
  [cause]: Error: connect ECONNREFUSED 10.0.0.5:5432
      at connect (/app/db.ts:3:9)
      ... 4 lines matching cause stack trace ...
      at node:internal/main/run_main_module:28:49 {
    errno: -111
  }
}""",
    ),
    "javascript, cause without an object": Trace(
        "javascript",
        "Error",
        "outer",
        ("RangeError",),
        ("/app/a.js", 1, "f"),
        """\
Error: outer
    at f (/app/a.js:1:2)
    at g (/app/a.js:2:2) {
  [cause]: RangeError: inner
      at h (/app/a.js:3:2)
}""",
    ),
    "javascript, members of an aggregate": Trace(
        "javascript",
        "AggregateError",
        "All promises were rejected",
        (),
        None,
        """\
[AggregateError: All promises were rejected] {
  [errors]: [
    Error: first
        at one (/app/a.js:1:7),
    Error: second
        at two (/app/a.js:2:7)
  ]
}""",
    ),
    "javascript, code in brackets": Trace(
        "javascript",
        "TypeError",
        'The "path" argument must be of type string',
        (),
        ("C:\\shop\\read.js", 4, "read"),
        """\
TypeError [ERR_INVALID_ARG_TYPE]: The "path" argument must be of type string
    at Object.openSync (node:fs:573:10)
    at read (C:\\shop\\read.js:4:6)""",
    ),
    "javascript, browser promise": Trace(
        "javascript",
        "NotFound",
        "no page",
        (),
        ("https://shop.example/app.js", 1, "e.load"),
        """\
Uncaught (in promise) NotFound: no page
    at e.load (https://shop.example/app.js:1:2045)
    at https://shop.example/app.js:1:99""",
    ),
    "javascript, firefox": Trace(
        "javascript",
        "ReferenceError",
        "cart is not defined",
        (),
        ("https://shop.example/app.js", 14, "total"),
        """\
ReferenceError: cart is not defined
total@https://shop.example/app.js:14:3
onclick@https://shop.example/:1:1""",
    ),
    "csharp, inner first": Trace(
        "csharp",
        "System.AggregateException",
        "One or more errors occurred. (no stock)",
        ("Shop.StockException",),
        ("/src/Shop/Jobs.cs", 30, "Shop.Jobs.Run"),
        """\
Unhandled exception. System.AggregateException: One or more errors occurred. (no stock)
 ---> Shop.StockException: no stock
   at Shop.Stock.Take(Int32 count) in /src/Shop/Stock.cs:line 12
   --- End of inner exception stack trace ---
   at System.Threading.Tasks.Task.Wait()
   at Shop.Jobs.Run() in /src/Shop/Jobs.cs:line 30""",
    ),
    "go, panic": Trace(
        "go",
        "panic",
        "runtime error: invalid memory address or nil pointer dereference",
        (),
        ("/src/shop/cart.go", 14, "shop/cart.(*Cart).Total"),
        """\
panic: runtime error: invalid memory address or nil pointer dereference
[signal SIGSEGV: segmentation violation code=0x1 addr=0x8 pc=0x48f2]

goroutine 19 [running]:
shop/cart.(*Cart).Total(...)
\t/src/shop/cart.go:14
main.serve({0x5a, 0x3}, 0xc000012)
\t/src/shop/main.go:40 +0x1d
created by main.main in goroutine 1
\t/src/shop/main.go:9 +0x7a
exit status 2""",
    ),
    "go, panic while recovering": Trace(
        "go",
        "panic",
        "second",
        ("panic",),
        ("/src/x.go", 5, "main.main.func1"),
        """\
panic: first [recovered]
\tpanic: second

goroutine 1 [running]:
main.main.func1()
\t/src/x.go:5 +0x1
panic({0x1, 0x2})
\t/usr/local/go/src/runtime/panic.go:884 +0x2""",
    ),
    "go, recovered by the http server": Trace(
        "go",
        "panic",
        "no such cart",
        (),
        ("/src/web.go", 3, "main.cart"),
        """\
http: panic serving 10.0.0.9:5123: no such cart
goroutine 7 [running]:
net/http.(*conn).serve.func1()
\t/usr/local/go/src/net/http/server.go:1898 +0xbe
main.cart(0x1)
\t/src/web.go:3 +0x2""",
    ),
    "php, previous exceptions": Trace(
        "php",
        "App\\CheckoutException",
        "checkout",
        ("PDOException",),
        ("/app/Checkout.php", 20, None),
        """\
PHP Fatal error:  Uncaught PDOException: gone away in /app/Db.php:5
Stack trace:
#0 /app/Checkout.php(18): Db->query('select 1')
#1 {main}

Next App\\CheckoutException: checkout in /app/Checkout.php:20
Stack trace:
#0 /app/index.php(3): App\\Checkout->run()
#1 {main}
  thrown in /app/Checkout.php on line 20""",
    ),
    "php, inside a log context": Trace(
        "php",
        "App\\Exceptions\\OutOfStock",
        "no stock",
        (),
        ("/app/Stock.php", 8, None),
        """\
[object] (App\\Exceptions\\OutOfStock(code: 0): no stock at /app/Stock.php:8)
[stacktrace]
#0 /app/vendor/laravel/framework/src/Pipeline.php(3): App\\Stock->take()
#1 {main}
"}""",
    ),
    "ruby, cause below": Trace(
        "ruby",
        "Shop::Failed",
        "order 3",
        ("KeyError",),
        ("/app/lib/order.rb", 9, "Order#load"),
        """\
/app/lib/order.rb:9:in 'Order#load': order 3 (Shop::Failed)
\tfrom /app/bin.rb:2:in '<main>'
/app/lib/order.rb:7:in 'Hash#fetch': key not found: 3 (KeyError)
\tfrom /app/lib/order.rb:7:in 'Order#load'""",
    ),
    "ruby, outermost first": Trace(
        "ruby",
        "RuntimeError",
        "boom",
        (),
        ("a.rb", 1, "f"),
        """\
Traceback (most recent call last):
\t2: from a.rb:5:in `<main>'
\t1: from a.rb:3:in `g'
a.rb:1:in `f': boom (RuntimeError)""",
    ),
    "rust, backtrace": Trace(
        "rust",
        "panic",
        "no stock left",
        (),
        ("src/stock.rs", 7, None),
        """\
thread 'main' panicked at src/stock.rs:7:9:
no stock left
stack backtrace:
   0: std::panicking::begin_panic
             at /rustc/1234/library/std/src/panicking.rs:616:12
   1: shop::stock::take
             at ./src/stock.rs:7:9
note: Some details are omitted, run with `RUST_BACKTRACE=full`.""",
    ),
    "rust, as printed before 1.73": Trace(
        "rust",
        "panic",
        "no stock",
        (),
        ("src/a.rs", 3, None),
        """\
thread '<unnamed>' panicked at 'no stock', src/a.rs:3:5
note: run with `RUST_BACKTRACE=1` environment variable to display a backtrace""",
    ),
    "rust, an error and its causes": Trace(
        "rust",
        "Error",
        "cannot start",
        ("Error", "Error"),
        None,
        """\
Error: cannot start

Caused by:
    0: cannot read config
    1: No such file or directory (os error 2)""",
    ),
    "dart, a sentence for a type": Trace(
        "dart",
        "StateError",
        "Bad state: No element",
        (),
        ("package:shop/cart.dart", 8, "Cart.first"),
        """\
Unhandled exception:
Bad state: No element
#0      List.first (dart:core-patch/growable_array.dart:343:5)
#1      Cart.first (package:shop/cart.dart:8:22)
<asynchronous suspension>
#2      main (file:///app/bin/main.dart:3:3)""",
    ),
    "elixir, a process": Trace(
        "elixir",
        "KeyError",
        "key :sku not found in: %{}",
        (),
        ("lib/shop/cart.ex", 8, "Shop.Cart.total/1"),
        """\
** (KeyError) key :sku not found in: %{}
    (shop 0.1.0) lib/shop/cart.ex:8: Shop.Cart.total/1
    (stdlib 4.2) gen_server.erl:1123: :gen_server.try_dispatch/4
Last message: :tick
State: %{}""",
    ),
    "lua": Trace(
        "lua",
        "error",
        "cart.lua:3: attempt to call a nil value",
        (),
        ("cart.lua", 3, None),
        """\
lua5.4: cart.lua:3: attempt to call a nil value
stack traceback:
\tcart.lua:3: in function 'total'
\t[C]: in ?""",
    ),
    "perl": Trace(
        "perl",
        "die",
        "no stock at shop.pl line 9.",
        (),
        ("shop.pl", 9, None),
        """\
no stock at shop.pl line 9.
\tShop::take(3) called at shop.pl line 20
\teval {...} called at shop.pl line 21""",
    ),
    "c++, terminate": Trace(
        "cpp",
        "std::out_of_range",
        "vector::_M_range_check",
        (),
        None,
        """\
terminate called after throwing an instance of 'std::out_of_range'
  what():  vector::_M_range_check
Aborted (core dumped)""",
    ),
    "c++, sanitizer": Trace(
        "cpp",
        "AddressSanitizer: heap-buffer-overflow",
        "",
        (),
        ("/src/a.cc", 4, "fill(int*)"),
        """\
==77==ERROR: AddressSanitizer: heap-buffer-overflow on address 0x6020
WRITE of size 4 at 0x6020 thread T0
    #0 0x55d0 in fill(int*) /src/a.cc:4:10
    #1 0x55d1 in main /src/a.cc:9

allocated by thread T0 here:
    #0 0x7f10 in malloc (/lib/libasan.so+0xb0)

SUMMARY: AddressSanitizer: heap-buffer-overflow /src/a.cc:4:10 in fill(int*)
==77==ABORTING""",
    ),
    "swift, a trap": Trace(
        "swift",
        "Fatal error",
        "Index out of range",
        (),
        ("shop", None, "closure #1 in total(_:)"),
        """\
Swift/ContiguousArrayBuffer.swift:600: Fatal error: Index out of range
Current stack trace:
0    libswiftCore.so           0x00007f3c1d2a3b40 _swift_stdlib_reportFatalErrorInFile + 112
1    libswiftCore.so           0x00007f3c1cf5d8a6 <unavailable> + 1444006
2    shop                      0x000055d0a7c3a5f2 closure #1 in total(_:) + 618""",
    ),
    "swift, an error that nobody caught": Trace(
        "swift",
        "shop.CartError",
        "empty",
        (),
        ("shop", None, "main"),
        """\
Swift/ErrorType.swift:200: Fatal error: Error raised at top level: shop.CartError.empty
Current stack trace:
0    libswiftCore.so           0x00007f3c1d2a3b40 _swift_stdlib_reportFatalErrorInFile + 112
1    shop                      0x000055d0a7c3a5f2 main + 61""",
    ),
    "swift, backtrace with source": Trace(
        "swift",
        "Fatal error",
        "Unexpectedly found nil while unwrapping an Optional value",
        (),
        ("shop/Cart.swift", 12, None),
        """\
shop/Cart.swift:12: Fatal error: Unexpectedly found nil while unwrapping an Optional value

*** Program crashed: Illegal instruction at 0x00007f8f8d1b2c5e ***

Thread 0 "shop" crashed:

0      0x00007f8f8d1b2c5e _assertionFailure(_:_:file:line:flags:) + 354 in libswiftCore.so
1 [ra] 0x000055f1c0a3d1f4 Cart.total() + 180 in shop at /srv/shop/Cart.swift:12:17

    11│         var sum = 0
    12│         sum += price!
      │                 ▲

2 [ra] [system] 0x00007f8f8c829d8f __libc_start_call_main + 127 in libc.so.6

Registers:

rax 0x0000000000000001  1

Images (1 omitted):

0x000055f1c0a3a000\u20130x000055f1c0a41de0 0d8c5f6a shop /srv/shop/.build/shop""",
    ),
    "swift, what Objective-C threw": Trace(
        "swift",
        "NSRangeException",
        "index 5 beyond bounds [0 .. 2]",
        (),
        ("Shop", None, "$s4Shop4CartC5totalSiyF"),
        """\
*** Terminating app due to uncaught exception 'NSRangeException', reason: 'index 5 beyond bounds [0 .. 2]'
*** First throw call stack:
(
\t0   CoreFoundation                0x00007ff80046cbe7 __exceptionPreprocess + 242
\t1   Shop                          0x000000010e3f2d1a $s4Shop4CartC5totalSiyF + 58
)
libc++abi: terminating due to uncaught exception of type NSException""",
    ),
    "erlang, a process": Trace(
        "erlang",
        "badarith",
        "",
        (),
        ("src/cart.erl", 12, "cart:total/1"),
        """\
Error in process <0.97.0> on node 'shop@web-1' with exit value:
{badarith,[{cart,total,1,[{file,"src/cart.erl"},{line,12}]},
           {shop,handle,2,[{file,"src/shop.erl"},{line,48}]}]}""",
    ),
    "erlang, a server": Trace(
        "erlang",
        "badmatch",
        "{error,enoent}",
        (),
        ("src/cart_server.erl", 31, "cart_server:handle_call/3"),
        """\
** Generic server cart_server terminating
** Last message in was {add,two}
** When Server state == #{count => 0}
** Reason for termination ==
** {{badmatch,{error,enoent}},
    [{cart_server,handle_call,3,[{file,"src/cart_server.erl"},{line,31}]},
     {gen_server,try_handle_call,4,[{file,"gen_server.erl"},{line,1149}]}]}""",
    ),
    "erlang, a server in one line": Trace(
        "erlang",
        "function_clause",
        "",
        (),
        ("src/cart.erl", 9, "cart:price/1"),
        """\
** Generic server cart_server terminating. Reason: {function_clause,[{cart,price,[x],[{file,"src/cart.erl"},{line,9}]}]}.
** Last message: tick.""",
    ),
    "erlang, crash report": Trace(
        "erlang",
        "badarith",
        "an error occurred when evaluating an arithmetic expression",
        (),
        ("src/cart_server.erl", 31, "cart_server:handle_call/3"),
        """\
  crasher:
    initial call: cart_server:init/1
    exception error: an error occurred when evaluating an arithmetic expression
      in function  cart_server:handle_call/3 (src/cart_server.erl, line 31)
      in call from gen_server:try_handle_call/4 (gen_server.erl, line 1149)
    ancestors: [shop_sup,<0.100.0>]""",
    ),
    "erlang, script": Trace(
        "erlang",
        "exit",
        "stopped",
        (),
        ("/srv/shop/main.erl", 9, "main:read/1"),
        """\
escript: exception exit: stopped
  in function  main:read/1 (/srv/shop/main.erl, line 9)
  in call from escript:run/2 (escript.erl, line 750)""",
    ),
    "ruby, as Rails prints it": Trace(
        "ruby",
        "ActiveRecord::RecordNotFound",
        "Couldn't find Order with 'id'=7",
        (),
        ("app/controllers/orders_controller.rb", 12, "show"),
        """\
ActiveRecord::RecordNotFound (Couldn't find Order with 'id'=7):

app/controllers/orders_controller.rb:12:in `show'
app/middleware/tenant.rb:9:in `call'""",
    ),
    "php, escaped in a context": Trace(
        "php",
        "Shop\\Cart\\NoStock",
        "no stock",
        (),
        ("/srv/shop/src/Cart.php", 12, None),
        """\
no stock {"exception":"[object] (Shop\\\\Cart\\\\NoStock(code: 0): no stock at /srv/shop/src/Cart.php:12)
[stacktrace]
#0 /srv/shop/src/Controller.php(9): Shop\\\\Cart->total()
#1 {main}
"}""",
    ),
    "dart, Flutter's box": Trace(
        "dart",
        "FlutterError",
        "setState() called during build.",
        (),
        ("package:shop/main.dart", 52, "CartPage.build"),
        """\
══╡ EXCEPTION CAUGHT BY WIDGETS LIBRARY ╞═══════════════
The following assertion was thrown building CartPage(dirty):
setState() called during build.

When the exception was thrown, this was the stack:
#0      Element.markNeedsBuild (package:flutter/src/widgets/framework.dart:4167:11)
#1      CartPage.build (package:shop/main.dart:52:7)

════════════════════════════════════════════════════════""",
    ),
}
