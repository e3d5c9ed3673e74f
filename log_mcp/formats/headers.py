"""The headers that people print before a message: ONE table, a row a layout.

A row is a name, a layout and sample lines. A layout is a regular expression for the
start of a line in which words in angle brackets stand for parts (`_PARTS`); what follows
it is the message, or from the group `message` on. Named groups besides `time` and the
level's become fields. A new layout is a new row; `tests/test_formats_headers.py` refuses
one whose sample is not read by its own row before all others.

A line's time is found before its row is (`TIME_MARK` stands for it), so that rows do not
repeat how the world writes times, and are quickly made and tried.

Rows stand so that the one that says more is tried first; the last rows know no more than
"a time, then a level".
"""

import re
from dataclasses import dataclass
from typing import Final

from log_mcp.lazy import lazy

TIME_MARK: Final = b"\0"  # for the time of a line, which holds no NUL
_WORDS: Final = (
    "trace[1-8]?|trc|debug[1-5]?|dbg|fine(?:r|st)?|verbose|config|info(?:rmation(?:al)?)?|inf"
    "|notice|note|success|log|statement|detail|hint|context|warn(?:ing)?|wrn"
    "|err(?:or)?|severe|failure|crit(?:ical)?|fatal|ftl|panic|emerg(?:ency)?|alert|dpanic"
)
WORDS: Final = _WORDS.encode()
LETTERS: Final = b"TDVINWEFCA"
_PARTS: Final = {
    b"epoch": rb"(?P<time>@4[0-9a-f]{23}|[0-9]{10}(?:\.[0-9]{1,9})?"
    rb"|[0-9]{13}(?:[0-9]{3}){0,2})",
    b"level": rb"(?P<level>(?i:%s))\b" % WORDS,
    b"nolevel": rb"(?!(?i:%s)\b)" % WORDS,
    b"letter": rb"(?P<level>[%s])" % LETTERS,
    b"logger": rb"(?P<logger>[A-Za-z_][\w.$/:\-<>@]*)",
    # Spelled out, for a set with `\w` in it is slow.
    b"dotted": rb"(?P<logger>[A-Za-z_$#][A-Za-z0-9_$<>-]*[.:/][A-Za-z0-9_$<>.:/-]*)",
    b"thread": rb"(?P<thread>[^\]\n]{1,200}?)",
    b"pid": rb"(?P<pid>[0-9]+)",
}
# The spellings of one file are fewer than the world's, and tried sooner.
_STATED: Final = (b"time", b"level")
# How a layout starts that leaves no choice: with a part, or with a certain byte.
_START: Final = lazy(rb"(?:<(?P<part>time|level|letter)>|\\(?P<byte>[\[<]))(?![?*{])")
# What `Row.marks` takes a layout apart with: sets, groups without groups, single bytes.
_SET: Final = lazy(rb"(?<!\\)\[(?:\\.|[^\]\\])+\]")
_GROUP: Final = lazy(rb"(?<!\\)\((?:\\.|[^()\\])*\)")
_TOKEN: Final = lazy(rb"\\?(?P<byte>.)(?P<optional>[?*{])?")
PUNCTUATION: Final = frozenset(b"[]()|#-:")
_COMMON: Final = "trace debug info warn warning error critical fatal notice severe"


@dataclass(frozen=True, slots=True, eq=False)
class Row:
    """One layout of the table.

    Attributes:
        name: What `check` prints and the `format` setting takes.
        layout: Of the header, parts in angle brackets.
        sample: A line that this row reads; several where layouts have variants.
        levels: How the group `level` is meant: see `levels.Words`.
    """

    name: str
    layout: bytes
    sample: tuple[str, ...]
    levels: str = "level"

    @property
    def timed(self) -> bool:
        """Whether a line must hold a time to be read."""
        return b"<time>" in self.layout

    def may_start(self, byte: bytes) -> bool:
        """Whether a line that starts with this byte, or with its time, may be read.

        Args:
            byte: `TIME_MARK` for a time; empty for an empty line.
        """
        start = _START.match(self.layout)
        if start is None:
            return True  # more than one thing may stand there
        if start["part"] is None:
            return byte == start["byte"]
        return byte == TIME_MARK if start["part"] == b"time" else byte.isalpha()

    def marks(self) -> frozenset[int]:
        """Punctuation that each line holds that is read; knowing it spares a trial."""
        plain = _SET.sub(b".", self.layout)
        while plain != (plain := _GROUP.sub(b"?", plain)):
            pass
        tokens = _TOKEN.finditer(plain)
        found = b"".join(t["byte"] for t in tokens if not t["optional"])
        return frozenset(found) & PUNCTUATION

    def expression(self, time: bytes = TIME_MARK, levels: bytes = b"") -> bytes:
        """The layout with its parts spelled out.

        Args:
            time: What stands for the time.
            levels: Instead of all words for levels.
        """

        def part(token: re.Match[bytes]) -> bytes:
            if token[1] == b"time":
                return b"(?P<time>%s)" % time
            if token[1] == b"level" and levels:
                return rb"(?P<level>%s)\b" % levels
            return _PARTS[token[1]]

        return re.sub(rb"(?<!P)(?<!\\)<([a-z]+)>", part, self.layout)

    def narrowed(self, time: bytes, level: bytes) -> tuple[bytes, bytes]:
        """Expressions for lines written as one line of the file is.

        Args:
            time: Of that line; digits and letters stand for any of them.
            level: Of that line; its case counts.

        Returns:
            The header, and its part up to time and level.
        """
        spelled = b"|".join(sorted(spellings(level), reverse=True))
        whole = self.expression(_arrangement(time), spelled)
        parts = (whole.find(b"(?P<%s>" % part) for part in _STATED)
        start = whole[: max(whole.find(b")", at) for at in parts if at >= 0) + 1]
        try:
            re.compile(start)
        except re.error:  # inside of another group
            return whole, whole
        return whole, start + rb"(?![A-Za-z0-9])"


def spellings(level: bytes) -> set[bytes]:
    """Words for levels as a file writes them that writes one like this.

    Returns:
        Nothing if it writes letters or numbers.
    """
    if not level.isalpha() or len(level) == 1:
        return set()
    words = _COMMON.title() if level.istitle() else _COMMON
    words = _COMMON.upper() if level.isupper() else words
    return {level, *words.encode().split()}


def _arrangement(time: bytes) -> bytes:
    """An expression for all times written like one."""
    if time.startswith(b"@"):
        return b"@4[0-9a-f]{23}"
    source = re.sub(rb"([^0-9A-Za-z ])", rb"\\\1", time)
    source = re.sub(rb"[0-9]+", _digits, source)
    source = re.sub(rb" +(?=\[0-9\]\{[12]\})", b" {1,2}", source)
    return re.sub(rb"(?<![\\{\[A-Za-z-])[A-Za-z]+(?![\]}])", _letters, source)


def _digits(run: re.Match[bytes]) -> bytes:
    return b"[0-9]{%d}" % len(run[0])


def _letters(run: re.Match[bytes]) -> bytes:
    return run[0] if len(run[0]) == 1 else b"[A-Za-z]{%d}" % len(run[0])


_ACCESS: Final = (
    rb'\[<time>\] +(?P<message>"(?:(?P<method>[A-Z]{3,10}) (?P<path>[^ "\n]*)'
    rb'(?: (?P<protocol>[A-Z]+/[0-9.]+))?|[^"\n]*(?:\\"[^"\n]*)*)" '
    rb"(?P<level>[0-9]{3})\b(?: (?P<bytes>[0-9]+|-)(?![^ \n]))?)"
)
_POSTGRES_LEVEL: Final = (
    rb"(?P<level>DEBUG[1-5]?|INFO|NOTICE|WARNING|ERROR|LOG|FATAL|PANIC|DETAIL|HINT"
    rb"|STATEMENT|CONTEXT|QUERY|LOCATION): +"
)

ROWS: Final = (
    # Web servers. Level by status; the request line and what follows is the message.
    Row(
        "access",
        rb"(?:(?P<vhost>[\w.\-]+(?::[0-9]+)?) )?(?P<client>[\w.:\-%]+) +(?P<ident>\S+) +"
        rb"(?P<user>\S+) +" + _ACCESS,
        (
            (
                '192.0.2.7 - anna [04/Mar/2026:05:06:07 +0000] "GET /cart HTTP/1.1" 502 157 '
                '"-" "curl/8.5.0"'
            ),
            'shop.example:443 ::1 - - [04/Mar/2026:05:06:07 +0100] "-" 408 -',
        ),
        levels="status",
    ),
    Row(
        "django",  # its development server
        _ACCESS,
        ('[04/Mar/2026 05:06:07] "GET /cart HTTP/1.1" 502 157',),
        levels="status",
    ),
    Row(
        "php-server",
        rb"\[<time>\] (?P<message>(?P<client>[\w.:\[\]]+:[0-9]+) (?:\[(?P<level>[0-9]{3})\]: "
        rb"(?P<method>[A-Z]{3,10}) (?P<path>[^ \n]*)|(?:Accepted|Closing)(?![^\n])))",
        ("[Wed Mar  4 05:06:07 2026] 192.0.2.7:51234 [502]: GET /cart",),
        levels="status",
    ),
    Row(
        "php",
        rb"\[<time>\] (?P<message>PHP (?P<level>Fatal|Parse|Warning|Notice|Deprecated)"
        rb"(?: error)?:  )",
        (
            "[04-Mar-2026 05:06:07 UTC] PHP Warning:  Undefined variable $cart in cart.php",
        ),
        levels="php",
    ),
    Row(
        "rails",
        rb'(?P<message>Started (?P<method>[A-Z]{3,10}) "(?P<path>[^"\n]*)" for '
        rb"(?P<client>\S+) at <time>)",
        ('Started GET "/cart" for 192.0.2.7 at 2026-03-04 05:06:07 +0100',),
    ),
    Row(
        "iis",  # without the lines that name its columns
        rb"<time> (?P<message>(?:[\w.:\-%]+ ){1,3}(?P<method>[A-Z]{3,10}) "
        rb"(?P<path>/[^ \n]*) [^ \n]+ [0-9]+ [^\n]*? (?P<level>[1-5][0-9]{2})"
        rb"(?: [0-9]+){2,5}(?= |$))",
        (
            (
                "2026-03-04 05:06:07 192.0.2.1 GET /cart n=1 443 - 192.0.2.7 curl/8.5.0 - "
                "502 0 64 157"
            ),
        ),
        levels="status",
    ),
    Row(
        "nginx-error",
        rb"<time> \[<level>\] <pid>#(?P<thread>[0-9]+): (?:\*(?P<connection>[0-9]+) )?",
        (
            (
                "2026/03/04 05:06:07 [error] 31#31: *1 connect() failed (111: refused) while "
                "connecting to upstream"
            ),
        ),
    ),
    Row(
        "apache-error",
        rb"\[<time>\] \[(?:(?P<module>[\w\-]+):)?<level>\] "
        rb"(?:\[pid (?P<pid>[0-9]+)(?::tid (?P<thread>[0-9]+))?\] )?"
        rb"(?:\[client (?P<client>[^\]\n]+)\] )?",
        (
            (
                "[Wed Mar 04 05:06:07.123456 2026] [proxy:error] [pid 17:tid 42] "
                "[client 192.0.2.7:51234] AH01114: failed to make connection to backend"
            ),
            "[Wed Mar 04 05:06:07 2026] [notice] caught SIGTERM, shutting down",
        ),
    ),
    # Databases and brokers.
    Row(
        "postgres",
        rb"<time>(?: ?[\[(]<pid>(?:-[0-9]+)?[\])])?:?(?: .{0,200}?|:.{0,200}?)??"
        rb"[ :]" + _POSTGRES_LEVEL,
        (
            "2026-03-04 05:06:07.123 UTC [123] ERROR:  deadlock detected",
            "2026-03-04 05:06:07 CET [17-3] app@shop FATAL:  too many connections",
            "2026-03-04 05:06:07.123 UTC [123] STATEMENT:  UPDATE stock SET n = n - 1",
        ),
    ),
    Row(
        "redis",
        rb"\[?<pid>\]?(?::(?P<role>[A-Z]))? <time> (?P<level>[.\-*#]) ",
        ("1:M 04 Mar 2026 05:06:07.123 # Server initialized",),
    ),
    Row(
        "redis-2",  # before it printed its process
        rb"<time> (?P<level>[.*#]) (?=\S)",
        ("04 Mar 05:06:07 # no config file",),
    ),
    Row(
        "mongodb",
        rb"<time> <letter>[1-5]? +(?P<logger>[A-Z\-]{1,12}) +\[<thread>\] ",
        ("2026-03-04T05:06:07.123+0000 W NETWORK  [conn17] end connection",),
    ),
    Row(
        "mysql",
        rb"<time> <pid> \[<level>\] (?:\[(?P<code>MY-[0-9]+)\] \[(?P<logger>\w+)\] )?",
        (
            "2026-03-04T05:06:07.123456Z 0 [Warning] [MY-010068] [Server] CA is self signed",
        ),
    ),
    Row(
        "elasticsearch",
        rb"\[<time>\]\[<level> *\]\[(?P<logger>[^\] \n]+) *\] (?:\[(?P<node>[^\]\n]*)\] ?)?",
        ("[2026-03-04T05:06:07,123][WARN ][o.e.c.r.a.DiskMonitor] [node-1] high disk",),
    ),
    Row(
        "redis-signal",
        rb"\[?<pid>(?::signal-handler| \| signal handler\]) \(<epoch>\) ",
        ("1:signal-handler (1772600767) Received SIGTERM scheduling shutdown...",),
    ),
    # Syslog.
    Row(
        "syslog-5424",
        rb"\<(?P<level>[0-9]{1,3})\>[0-9]{1,2} <time> (?P<host>\S+) (?P<service>\S+) "
        rb"(?P<pid>\S+) (?P<msgid>\S+) "
        rb'(?:-|(?:\[(?:[^\]"\n]|"(?:[^"\\\n]|\\.)*")*\])+)(?: |$)(?:\xef\xbb\xbf)?',
        (
            '<11>1 2026-03-04T05:06:07.123Z web-1 shop 17 ID47 [x@1 a="b]"] payment lost',
            "<165>1 2026-03-04T05:06:07Z web-1 cron - - - session opened",
        ),
        levels="pri",
    ),
    Row(
        "syslog-pri",
        rb"\<(?P<level>[0-9]{1,3})\><time> (?:(?P<host>[\w.:\-]+) )?"
        rb"(?P<service>[\w./\-()@]+)(?:\[(?P<pid>[0-9]+)\])?:? ",
        ("<131>Mar  4 05:06:07 web-1 haproxy[73]: backend shop has no server",),
        levels="pri",
    ),
    Row(
        "busybox",
        rb"<time> (?:(?P<host>[\w.\-]+) )?(?P<facility>kern|user|mail|daemon|auth(?:priv)?"
        rb"|syslog|lpr|news|cron|ftp|local[0-7])\.<level> "
        rb"(?P<service>[\w./\-]+)(?:\[<pid>\])?: +",
        (
            "Wed Mar  4 05:06:07 2026 daemon.warn dnsmasq[17]: low stock",
            "Mar  4 05:06:07 web-1 kern.info kernel: started",
        ),
    ),
    Row(
        "asl",  # macOS, before and beside its unified log
        rb"<time> (?P<host>[\w.\-]+) (?P<service>[\w./\-]+)\[<pid>\](?: \([^)\n]*\))?:? "
        rb"(?:\([^)\n]*\) )?\<<level>\>:? ",
        ("Mar  4 05:06:07 web-1 shopd[17] <Error>: no stock",),
    ),
    Row(
        "macos",
        rb"<time> +(?:0x[0-9a-f]+ +)?(?P<level>Default|Info|Debug|Error|Fault|Activity"
        rb"|Db|Df|In|Er|Fa|[AEFI]) +(?:0x[0-9a-f]+ +<pid> +[0-9]+ +"
        rb"(?P<service>[\w.\- ]+): |(?P<process>[\w.\-]+)\[[0-9]+:[0-9a-f]+\] )",
        (
            "2026-03-04 05:06:07.123 Er shopd[17:4f2] [com.shop:cart] no stock",
            (
                "2026-03-04 05:06:07.123456+0100 0x1f42     Error       0x0   17     0    "
                "shopd: (cart) no stock"
            ),
        ),
        levels="macos",
    ),
    Row(
        "syslog",
        rb"<time> <nolevel>(?P<host>[\w.:\-]+) "
        rb"(?P<service>[\w./\-()@ ]{1,60}?)(?:\[(?P<pid>[^\]\n]{1,20})\])?: +",
        (
            "Mar  4 05:06:07 web-1 sshd[4711]: Failed password for root",
            "2026-03-04T05:06:07.123456+01:00 web-1 kernel: Out of memory",
        ),
    ),
    Row(
        "audit",
        rb"(?:node=(?P<host>\S+) )?type=(?P<type>\S+) msg=audit\(<epoch>:(?P<serial>[0-9]+)\)"
        rb":(?: +|$)",
        ("type=USER_LOGIN msg=audit(1772600767.123:17): pid=42 uid=0 res=failed",),
    ),
    Row(
        "sssd",
        rb"\(<time>\):? \[(?P<service>[^ \n]+)\] \[(?P<function>\w+)\] "
        rb"\((?P<level>0x[0-9a-f]{4,5})\): ",
        (
            "(Wed Mar  4 05:06:07 2026) [sssd[be[shop]]] [cart_add] (0x0020): no stock",
            "(2026-03-04  5:06:07): [be[shop]] [cart_add] (0x0400): started",
        ),
        levels="sssd",
    ),
    # Java, Kotlin, Scala.
    Row(
        "spring",
        rb"<time> +<level> +(?:<pid> +)?--- +(?:\[[^\]\n]*\] *){0,2}\[ *<thread>\] +"
        rb"<logger> +: ",
        (
            (
                "2026-03-04 05:06:07.123 ERROR 17 --- [nio-8080-exec-1] c.s.OrderController "
                ": Order 17 failed"
            ),
        ),
    ),
    Row(
        "logback",
        rb"<time> +\[<thread>\] +<level> +(?P<logger>\S+?)(?: +\[[^\]\n]*\])? *(?: --?|:)(?: |$)",
        (
            "2026-03-04 05:06:07.123 [main] ERROR com.shop.Order - no stock",
            "05:06:07.123 [pool-1-thread-2] WARN  c.s.Stock -- low",
        ),
    ),
    Row(
        "log4j",
        rb"\[?<time>\]? +\[?<level> *\]? +[\[(]<thread>[\])] +<logger>(?: -|:)(?: |$)",
        ("2026-03-04 05:06:07,123 INFO [main] org.shop.Server: started",),
    ),
    Row(
        "vdsm",
        rb"(?P<thread>[^:\n]{1,80})::<level>::<time>::(?P<logger>[^:\n]+)::(?P<line>[0-9]+)::",
        (
            "MainThread::WARNING::2026-03-04 05:06:07,123::shop::88::cart::(add) low stock",
        ),
    ),
    Row(
        "ros",
        rb"\[ *<level> *\] *\[<epoch>\](?: ?\[(?P<logger>[^\]\n]+)\])?: ",
        ("[WARN] [1772600767.123456] [shop_cart]: low stock",),
    ),
    Row(
        "erlang",
        rb"=(?:<level>|[A-Z]+) REPORT==== <time> ===",
        ("=ERROR REPORT==== 4-Mar-2026::05:06:07 ===",),
    ),
    Row(
        "level-time",
        rb"[\[(|]? *(?:level=)?<level> *[\])|:]?[ |]*[\[(]?<time>[\])]?[ |:]*(?:\[<thread>\] +)?"
        rb"(?:<dotted>(?: +-|:) )?",
        (
            "ERROR 2026-03-04 05:06:07,123 shop.views: no stock",
            "[WARN] 2026-03-04T05:06:07Z slow query",
            "INFO|2026-03-04 05:06:07|started",
        ),
    ),
    # Go and C++ (glog, klog); letters elsewhere.
    Row(
        "glog",
        rb"<letter><time> +(?P<thread>[0-9]+) (?P<logger>[\w./\-]+:[0-9]+)\] ",
        ("E0304 05:06:07.123456   17 order.cc:253] no stock",),
    ),
    Row(
        "letter-time",
        rb"<letter>,? ?[\[(]<time>(?: #(?P<pid>[0-9]+))?[\])]:? +"
        rb"(?:[A-Z]+ -- (?P<logger>[^:\n]*): )?",
        (
            "E [04/Mar/2026:05:06:07 +0100] unable to bind socket",
            "W, [2026-03-04T05:06:07.123456 #17]  WARN -- shop: slow query",
        ),
    ),
    Row(
        "android",
        rb"<time> +<pid> +(?P<thread>[0-9]+) <letter> (?P<logger>[^:\n]{1,60}?) *: ",
        ("03-04 05:06:07.123  1017  1042 W ShopService: slow start",),
    ),
    Row(
        "logcat",
        rb"<time> +<letter>/(?P<logger>[^(\n]{1,80}?) *\( *<pid>\): ",
        (
            "03-04 05:06:07.123 W/ShopService( 1017): slow start",
            "03-04 05:06:07.123 I/Stock(17): ready",
        ),
    ),
    Row(
        "time-letter",
        rb"[\[(]?<time>[\])]? +[\[(]?<letter>(?:[\])|:]|(?= ))[ |:]*",
        ("[2026-03-04T05:06:07.123Z] W shopd: low stock",),
    ),
    Row(
        "vmware",
        rb"<time> (?P<level>[A-Z][a-z])\([0-9]+\) (?P<logger>\w+): ",
        (
            "2026-03-04T05:06:07.123Z Wa(180) vmkernel: cpu0: low memory",
            "2026-03-04T05:06:07Z In(182) vmkernel: VMB: started",
        ),
        levels="letters",
    ),
    Row(
        "pipes",
        rb"<level> *\|(?P<logger>[^|\n]*?) *\| <time> +\[<thread>\] ",
        ("WARN   |shop_client      | 2026-03-04 05:06:07.123 [main    ] low stock",),
    ),
    Row(
        "gin",
        rb"\[GIN\] <time> \| +(?P<message>(?P<level>[0-9]{3}) \| +(?P<took>[^|\n]+?) \| +"
        rb"(?P<client>[^|\s]+) \| +(?P<method>[A-Z]+) +\"(?P<path>[^\"\n]*)\")",
        (
            (
                "[GIN] 2026/03/04 - 05:06:07 | 502 |      1.2ms |       192.0.2.7 | "
                'GET      "/cart"'
            ),
        ),
        levels="status",
    ),
    Row(
        "squid",
        rb"<epoch> +[0-9]+ (?P<client>\S+) (?P<message>[A-Z_]+/(?P<level>[0-9]{3}) [0-9]+ "
        rb"(?P<method>[A-Z_]+) (?P<path>\S+))",
        (
            (
                "1772600767.123    157 192.0.2.7 TCP_MISS/502 1024 GET http://shop.example/ "
                "- HIER_DIRECT/192.0.2.1 text/html"
            ),
        ),
        levels="status",
    ),
    Row(
        "uwsgi",
        rb"\[pid: <pid>\|[^\]\n]*\] (?P<client>\S+) \((?P<user>[^)\n]*)\) \{[^}\n]*\} "
        rb"\[<time>\] (?P<message>(?P<method>[A-Z]+) (?P<path>\S+) => .*"
        rb"\(HTTP/[0-9.]+ (?P<level>[0-9]{3})\))",
        (
            (
                "[pid: 17|app: 0|req: 1/1] 192.0.2.7 () {38 vars in 696 bytes} [Wed Mar  4 "
                "05:06:07 2026] GET /cart => generated 47 bytes in 9 msecs (HTTP/1.1 502)"
            ),
        ),
        levels="status",
    ),
    # Python and its kin.
    Row(
        "loguru",
        rb"<time> +\| +<level> +\| +(?P<logger>[^\s:]+):(?P<function>[^\s:]+):"
        rb"(?P<line>[0-9]+) +- ",
        ("2026-03-04 05:06:07.123 | ERROR    | shop.cart:add:12 - no stock",),
    ),
    Row(
        "gunicorn",
        rb"\[<time>\] +\[(?P<pid>[0-9]+)\] +\[<level>\] ",
        ("[2026-03-04 05:06:07 +0000] [17] [CRITICAL] WORKER TIMEOUT (pid:18)",),
    ),
    Row(
        "celery",
        rb"\[<time>: <level>/<thread>\] (?:(?P<task>[\w.]+\[[0-9a-f\-]{36}\]): )?",
        ("[2026-03-04 05:06:07,123: ERROR/ForkPoolWorker-2] task failed",),
    ),
    Row(
        "laravel",
        rb"\[<time>\] (?P<logger>[\w\-]+)\.<level>: ",
        ("[2026-03-04 05:06:07] production.ERROR: no stock",),
    ),
    Row(
        "python-dashes",
        rb"<time> ?- ?(?P<logger>[^\s]+(?: ?- ?[^\s]+)??) ?- ?<level> ?- ?",
        ("2026-03-04 05:06:07,123 - shop.cart - ERROR - no stock",),
    ),
    Row(
        "python",
        rb"\[?<time>\]?,? +[\[(]?<level> *[\])]?:? +<logger>(?: +\[[^\]\n]*\])*(?: -|:)(?: |$)",
        (
            "2026-03-04 05:06:07,123 ERROR app.core - no stock",
            "2026-03-04 05:06:07,123 INFO shop.cart: item added",
        ),
    ),
    Row(
        "python-basic",
        rb"(?P<level>DEBUG|INFO|WARNING|ERROR|CRITICAL|FATAL):(?P<logger>[\w.\-]+):",
        ("ERROR:shop.cart:no stock",),
    ),
    Row(
        "openstack",
        rb"(?:\S+ )?<time> <pid> <level> <dotted> (?:\[(?P<request>[^\]\n]*)\] )?",
        ("2026-03-04 05:06:07.123 17 ERROR shop.cart.api [req-4 - -] no stock",),
    ),
    # A time, then a level, with little between and anything after.
    Row(
        "dotted",
        rb"[\[(]?<time>[\])]?[ :|,\-]+(?:\[<thread>\] *)?[\[(<|]?<level>[\])>|:]*[ |]+"
        rb"(?:\[(?P<context>[^\]\n]{1,200}?)\] *)?[\[(]?<dotted>[\])]?(?: [-:|]+)? ",
        ("2026-03-04T05:06:07.123Z WARN shop::cart low stock",),
    ),
    Row(
        "time-level",
        rb"[\[(]?<time>[\])]?[ :|,\-]+(?:\[?(?P<thread>[^\[\]\n]{1,200}?)\] *)?[\[(<|]?<level>[\])>|:]*"
        rb"(?:[ \t]+|$|(?=\S))(?:[|\-] )?",
        (
            "2026-03-04 05:06:07 [info] listening on 8080",
            "2026-03-04T05:06:07.123Z ERROR no stock",
            "05:06:07 WARN low stock",
        ),
    ),
    Row(
        "generic",
        rb".{0,60}?<time>(?:.{0,60}?[\s\[(<|:=\-.]|)<level>[\])>|:,]*(?=\s|$|[^\w]) *",
        ("web-1 shop 2026-03-04 05:06:07.123 17 {main} ERROR no stock",),
    ),
    Row(
        "epoch-level",
        rb"(?:<pid> +)?\[?<epoch>\]?[:,]?[ |,]+[\[(<|]?<level>[\])>|:]*(?:[ |]+|$)",
        (
            "1772600767.123 ERROR no stock",
            "@400000005e5f6b471dcd6500 warn: low stock",
        ),
    ),
    # A time alone, or a level alone.
    Row(
        "epoch",
        rb"(?:<pid> +)?\[?<epoch>\]?:? +",
        ("1772600767.123 order 17 accepted", "@400000005e5f6b471dcd6500 order 17"),
    ),
    Row(
        "time-start",
        rb"[\[(<]?<time>[\])>]?(?:[ :|,\-]+|$|(?=\[))",
        ("[2026-03-04 05:06:07] order 17 accepted",),
    ),
    Row(
        "time",
        rb".{0,40}?<time>[\])]?(?:[ :|,\-]+|$)",
        ("order 17 accepted at 2026-03-04 05:06:07",),
    ),
    Row(
        "level",
        rb"(?!Error:)[\[(<]?<level>(?:[\])>]:?|:)(?: +|$)(?:- )?",  # JavaScript's
        ("ERROR: no stock", "[warn] low stock", "INFO:     started"),
    ),
)
