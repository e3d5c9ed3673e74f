r"""The failures that are known by what they say: one table, a row a class.

A row says how a failure is recognised, what it means, and what to do about it in words
that name what was seen. What is decided here:

- `types` are whole names of exceptions without their package; `says` is RE2 without case,
  over one message. The first row that fits decides, so the special stand before the
  general: a pool without connections before a time-out.
- Only idioms of runtimes, systems and protocols count. A word alone (`timeout`,
  `denied`, `missing`) tells nothing, as programs use it for what they like.
- A suggestion needs each `{value}` it names, and is left out where one was not seen;
  `classify` says where they are found. A named group of `says` is such a value, too.
- Documentation names what has stood for decades: a manual page, an RFC, a chapter.
"""

from typing import Final

from log_mcp.failure_class import FailureClass

CLASSES: Final = (
    # -- the machine -----------------------------------------------------------------
    FailureClass(
        "out-of-memory",
        "critical",
        False,
        "Out of memory: Killed process 4177 (python3) total-vm:9123456kB",
        types=r"(?:Fatal)?OutOfMemory(?:Error|Exception)|MemoryError|NoMemoryError|bad_alloc|OutOfMemory",
        says=r"\bout of memory\b|\boom[- ]?kill|\boomkilled\b|\bcannot allocate memory\b|\bjava heap space\b|\bgc overhead limit exceeded\b"
        r"|\bheap out of memory\b|\ballowed memory size of \S+ bytes exhausted\b|\bstd::bad_alloc\b|\bENOMEM\b|\bexit(?:ed)?(?: with)?(?: code| status)? 137\b"
        r"|\bmemory cgroup out\b|\bexceeded (?:its )?memory limit\b|\bKilled process \d+ \(",
        immediate=(
            "look at what held memory in {command} (pid {pid}) before it was killed",
            "look at what {place} was allocating",
        ),
        preventive=(
            "bound what {command} keeps in memory, and watch it against its limit",
        ),
        documentation=("proc(5): oom_score; Linux kernel, cgroup v2: memory.max",),
    ),
    FailureClass(
        "disk-full",
        "critical",
        True,
        "OSError: [Errno 28] No space left on device: '/var/lib/orders/wal/000017'",
        says=r"\bno space left on device\b|\bENOSPC\b|\bdisk (?:is )?full\b|\bfile ?system (?:is )?full\b|\bnot enough (?:disk )?space\b"
        r"|\bthere is not enough space on the disk\b|\bdisk quota exceeded\b|\bEDQUOT\b|\bdatabase or disk is full\b",
        immediate=("free space on the file system that holds {file}",),
        preventive=(
            "warn before the file system of {file} is full, and rotate or expire what grows on it",
        ),
        documentation=("write(2): ENOSPC",),
    ),
    FailureClass(
        "read-only-filesystem",
        "critical",
        False,
        "OSError: [Errno 30] Read-only file system: '/data/index/segments_4'",
        says=r"\bread-only file ?system\b|\bEROFS\b",
        immediate=(
            "see why the file system of {file} was mounted or remounted read-only",
        ),
        documentation=("open(2): EROFS",),
    ),
    FailureClass(
        "disk-io",
        "critical",
        False,
        "I/O error, dev sdb, sector 88213 op 0x0:(READ)",
        says=r"\binput/output error\b|\bEIO\b|\bi/o error, dev (?P<device>\w+)|\bbuffer i/o error\b|\bmedium error\b|\bbad (?:block|sector)s?\b|\bdisk (?:read|write|i/o) (?:error|failure)\b",
        immediate=(
            "check the health of device {device}",
            "check the disk that holds {file}",
        ),
        documentation=("read(2): EIO",),
    ),
    FailureClass(
        "hardware-fault",
        "critical",
        False,
        "EDAC MC0: 1 UE memory read error on DIMM_B1",
        says=r"\bmachine check (?:exception|error|interrupt|events?)\b|\buncorrectable (?:ecc|memory|error)|\bparity error\b|\bhardware error\b"
        r"|\becc error|\bEDAC\b.*\berror\b|\bddr errors?\b.*\bdetected\b|\bcorrectable error\b|\bL[123] cache .{0,20}error"
        r"|\btemperature above threshold\b|\bpower (?:supply )?(?:fail|error|deactivat)|\bfan (?:fail|error)|\binstruction (?:plb|cache|tlb) .{0,20}error\b",
    ),
    FailureClass(
        "file-descriptors",
        "critical",
        True,
        "OSError: [Errno 24] Too many open files: '/srv/mail/queue/8841'",
        says=r"\btoo many open files\b|\bout of file descriptors\b|\bEMFILE\b|\bENFILE\b|\bfile table overflow\b|\bfile descriptor limit\b",
        immediate=(
            "count the open files of {source}: ls /proc/PID/fd, by what they name",
            "see whether {place} closes what it opens",
        ),
        preventive=(
            "close what {place} opens on every path, then raise the limit if the load needs it",
        ),
        documentation=("getrlimit(2): RLIMIT_NOFILE",),
    ),
    FailureClass(
        "mount-failed",
        "critical",
        None,
        "failed to mount /dev/sdb1 on /var/lib/orders: wrong fs type",
        says=r"\bmount(?:ing)?\b.{0,60}\bfailed\b|\b(?:failed|unable) to mount\b|\bcould not mount\b|\bFailedMount\b|\bwrong fs type\b",
        immediate=(
            "look at what should be mounted at {file}, and whether it can be reached",
        ),
        documentation=("mount(8)",),
    ),
    FailureClass(
        "closed-resource",
        "high",
        False,
        "ValueError: I/O operation on closed file",
        types=r"ClosedResourceError|ObjectDisposedException|ClosedFileError|EBADF|AlreadyClosed\w*|InterfaceError",
        says=r"\bbad file descriptor\b|\bEBADF\b|\bi/o operation on closed file\b|\buse of closed (?:file|network connection)\b|\bfile already closed\b"
        r"|\bwrite after end\b|\b(?:stream|socket|channel|connection|cursor|session|writer|reader) (?:is |was |has been |was already |is already )?(?:already )?closed$|\bcannot access a disposed object\b",
        immediate=("see what closed it before {place} was done with it",),
        preventive=("let one owner close what {place} uses, after its last use",),
    ),
    FailureClass(
        "threads-exhausted",
        "critical",
        True,
        "RuntimeError: can't start new thread",
        says=r"\bcan'?t start new thread\b|\bunable to create (?:new )?native thread\b|\bcannot create (?:new )?thread\b|\bfork: (?:retry: )?resource temporarily unavailable\b|\bfork failed\b|\bunable to fork\b",
        immediate=(
            "count the threads and processes of {source} against its limits",
            "see what starts threads at {place}",
        ),
        documentation=("pthread_create(3), fork(2): EAGAIN",),
    ),
    FailureClass(
        "crash",
        "critical",
        False,
        "payments[2231]: segfault at 18 ip 000055d0 sp 00007ffc error 4 in payments",
        types=r"SIGSEGV|SIGBUS|SIGABRT|SIGILL|SIGFPE|Segmentation fault|AddressSanitizer: .*|ThreadSanitizer: .*|AccessViolationException|EXC_BAD_ACCESS|EXCEPTION_ACCESS_VIOLATION",
        says=r"\bsegfault at\b|\bkernel (?:panic|terminated)\b|\bpanic!|\bsegmentation fault\b|\bSIGSEGV\b|\bSIGABRT\b|\bSIGBUS\b|\bcore dumped\b|\bdumped core\b|\bheap-use-after-free\b|\bstack smashing detected\b|\bdouble free or corruption\b"
        r"|\bterminated by signal (?P<signal>\d+)|\bkilled by (?:signal (?:6|11)|SIG(?:SEGV|ABRT))\b|\bgeneral protection fault\b|\bunhandled exception code 0xc0000005\b|\bbus error\b",
        immediate=("get the core dump or the full report of the crash at {place}",),
        documentation=("signal(7), core(5)",),
    ),
    FailureClass(
        "process-killed",
        "high",
        None,
        "worker 3 (pid 881) was killed by signal 9",
        says=r"\b(?:killed|terminated) (?:by|with) (?:signal )?(?:SIGKILL|SIGTERM|9|15)\b|\bexit(?:ed)?(?: with)?(?: code| status)? 143\b|\bpid:? ?(?P<pid>\d+)\)? was sent SIGKILL\b|\bexited on signal (?P<signal>\d+)",
        immediate=(
            "see who sent the signal to pid {pid}: the kernel's log, the supervisor, a deploy",
        ),
        documentation=("signal(7)",),
    ),
    FailureClass(
        "stack-overflow",
        "high",
        False,
        "RecursionError: maximum recursion depth exceeded while calling a Python object",
        types=r"RecursionError|StackOverflowError|StackOverflowException|SystemStackError",
        says=r"\bmaximum (?:recursion depth|call stack size) exceeded\b|\bstack overflow\b|\bstack level too deep\b|\bgoroutine stack exceeds\b|\btoo much recursion\b|\bstack depth limit exceeded\b",
        immediate=("find what {place} calls that calls it again, and for which input",),
        preventive=("bound the depth at {place}",),
    ),
    # -- names and certificates ------------------------------------------------------
    FailureClass(
        "dns",
        "high",
        True,
        "getaddrinfo ENOTFOUND stock.internal",
        types=r"UnknownHostException|gaierror|NameResolutionError|NXDOMAIN",
        says=r"\bgetaddrinfo\b|\bname or service not known\b|\btemporary failure in name resolution\b|\bnodename nor servname provided\b|\bno such host\b|\bcould not resolve (?:host|hostname)\b"
        r"|\bENOTFOUND\b|\bEAI_AGAIN\b|\bNXDOMAIN\b|\bunknown host\b|\bname resolution failed\b|\bfailed to resolve\b.{0,40}\b(?:host|name|address)\b|\bcould not translate host name\b|\bhost not found\b|\bnameresolutionerror\b|\bSERVFAIL\b|\bcouldn't resolve host\b|\breverse mapping checking getaddrinfo\b|\bhost name lookup failure\b",
        immediate=(
            "resolve {host} on the machine that runs {source}; check the spelling where it is configured",
        ),
        preventive=(
            "keep the name of {host} in one setting, and check at the start that it resolves",
        ),
        documentation=("getaddrinfo(3)",),
    ),
    FailureClass(
        "certificate-expired",
        "critical",
        False,
        "certificate verify failed: certificate has expired (_ssl.c:1006)",
        says=r"\bcertificate (?:has |is )?expired\b|\bcertificate has expired or is not yet valid\b|\bCERT_HAS_EXPIRED\b|\bcert(?:ificate)?\b.{0,40}\bnot yet valid\b|\bNotAfter\b.{0,60}\b(?:past|expired)\b|\bcertificateexpiredexception\b|\bcertificatenotyetvalid|\bvalidity check failed\b|\bssl certificate .{0,40}expired\b",
        types=r"CertificateExpiredException|CertificateNotYetValidException",
        immediate=(
            "look at the dates of the certificate of {peer}: openssl s_client -connect {peer} | openssl x509 -noout -dates",
            "renew the certificate of {host}, and reload what serves it",
        ),
        preventive=("watch the end date of the certificate of {host}",),
        documentation=("RFC 5280, section 4.1.2.5: Validity",),
    ),
    FailureClass(
        "certificate-untrusted",
        "high",
        False,
        "x509: certificate signed by unknown authority",
        types=r"SSLCertVerificationError|SSLPeerUnverifiedException|CertPathValidatorException|CertificateVerificationException",
        says=r"\bcertificate verify failed\b|\bself[- ]signed certificate\b|\bunable to (?:get local issuer|verify the first) certificate\b|\bunknown authority\b|\bcertificate (?:is )?not trusted\b|\bhostname mismatch\b"
        r"|\bdoes(?:n't| not) match (?:the )?(?:certificate|target host|cert)|\bcertificate is valid for\b|\bunable to find valid certification path\b|\bDEPTH_ZERO_SELF_SIGNED_CERT\b|\bUNABLE_TO_(?:GET|VERIFY)_\w+|\bunknown ca\b|\bcertificate unknown\b|\bbad certificate\b|\bcertificate revoked\b",
        immediate=(
            "compare the names and the issuer of the certificate of {peer} with what {source} trusts",
        ),
        documentation=(
            "RFC 5280, section 6: Certification Path Validation; RFC 9525: names",
        ),
    ),
    FailureClass(
        "tls-handshake",
        "high",
        False,
        "tls: handshake failure: no protocols in common with cache.internal:6380",
        types=r"SSLHandshakeException|SSLProtocolException",
        says=r"\bhandshake failure\b|\b(?:ssl|tls) handshake\b.{0,40}\b(?:failed|error|aborted|rejected)|\bfailed\b.{0,30}\b(?:ssl|tls) handshake|\bwrong version number\b|\bunsupported protocol\b|\bno shared cipher\b|\bno (?:cipher suites|protocols) in common\b|\btlsv1 alert\b|\bssl3_get_record\b|\btls: first record does not look like a tls handshake\b|\bEPROTO\b",
        immediate=(
            "see which protocol {peer} speaks on that port, and which versions both sides allow",
        ),
        documentation=("RFC 8446, section 6: Alert Protocol",),
    ),
    # -- limits of others ------------------------------------------------------------
    FailureClass(
        "rate-limited",
        "medium",
        True,
        "429 Too Many Requests from api.mapper.example, Retry-After: 30",
        types=r"RateLimit\w*|TooManyRequests\w*|ThrottlingException|Throttled\w*|ProvisionedThroughputExceededException|RequestLimitExceeded",
        says=r"\b429\b.{0,20}\btoo many requests\b|\btoo many requests\b|\brate[- ]?limit(?:ed|ing)?\b.{0,30}\b(?:exceeded|reached|hit|error|by)\b|\bexceeded\b.{0,30}\brate[- ]?limit|\bstatus(?: code)?:? 429\b|\bthrottlingexception\b|\brequest (?:was )?throttled\b|\brate_limit_exceeded\b|\brate exceeded\b|\bmaxsendrate\b",
        immediate=(
            "send fewer requests to {host}; wait as long as its Retry-After says",
        ),
        preventive=(
            "limit the rate towards {host} on this side, with growing pauses between tries",
        ),
        documentation=(
            "RFC 6585, section 4: 429; RFC 9110, section 10.2.3: Retry-After",
        ),
    ),
    FailureClass(
        "quota-exceeded",
        "high",
        False,
        "QuotaExceeded: storage quota of project shop-prod exceeded",
        types=r"QuotaExceeded\w*|InsufficientQuota\w*|ResourceExhausted|LimitExceededException",
        says=r"\bquota\b.{0,40}\b(?:exceeded|exhausted)\b|\bquota (?:has been |was |is )?(?:exceeded|exhausted|reached)\b|\bexceeded\b.{0,40}\bquota\b|\bover quota\b|\binsufficient[_ ]quota\b|\bRESOURCE_EXHAUSTED\b|\bmailbox (?:is )?full\b",
        documentation=(),
    ),
    FailureClass(
        "pool-exhausted",
        "critical",
        True,
        "QueuePool limit of size 5 overflow 10 reached, connection timed out, timeout 30.00",
        types=r"PoolTimeout|PoolExhausted\w*|ConnectionPoolTimeout\w*|TooManyConnectionsInPool|PoolError",
        says=r"\bQueuePool limit of size (?P<limit>\d+)|\bconnection is not available, request timed out\b|\b(?:connection )?pool (?:is |was )?(?:exhausted|empty|full)\b|\bpool (?:limit|size)\b.{0,30}\b(?:reached|exceeded)\b"
        r"|\bcouldn'?t get a connection\b|\bcould not (?:get|obtain|acquire|checkout)\b.{0,40}\bconnection\b.{0,30}\b(?:from|pool|within)\b|\btimeout (?:waiting for|acquiring)\b.{0,20}\b(?:a )?connection\b|\bno (?:idle |free |available )?connections? (?:is |are |left |available )?(?:in|from) the pool\b|\bResourceRequest timed out\b|\btimed out fetching a new connection from the connection pool\b|\bexhausted the pool\b|\ball pool connections are in use\b|\bno free connection in pool\b",
        immediate=(
            "see what holds the {limit} connections: the longest transactions, and what takes a connection at {place}",
            "see what takes connections at {place} and when it gives them back",
        ),
        preventive=(
            "give connections back on every path at {place}; size the pool of {source} against what its database allows",
        ),
    ),
    FailureClass(
        "too-many-connections",
        "critical",
        True,
        "FATAL: sorry, too many clients already",
        types=r"TooManyConnections\w*",
        says=r"\btoo many (?:clients already|connections)\b|\bremaining connection slots are reserved\b|\bmax(?:imum)?(?: number of)? (?:client )?connections (?:reached|exceeded)\b|\bmax number of clients reached\b|\bconnection limit (?:exceeded|reached)\b|\buser .{0,40}has exceeded .{0,30}connections\b",
        immediate=(
            "count the connections to {peer} by who opened them",
            "count the connections by who opened them, for {user} first",
        ),
        preventive=(
            "let the pools of all writers together stay below the limit of {peer}",
        ),
        documentation=("PostgreSQL: max_connections; MySQL: max_connections",),
    ),
    FailureClass(
        "queue-full",
        "high",
        True,
        "java.util.concurrent.RejectedExecutionException: pool-2 rejected task, queue capacity 200",
        types=r"RejectedExecutionException|QueueFull\w*|Full|BufferOverflowError|BufferExhaustedException",
        says=r"\bqueue (?:is |was )?full\b|\bqueue (?:overflow|capacity|size|limit)\b.{0,30}\b(?:reached|exceeded|full)\b|\btask .{0,80}rejected from\b|\bbacklog (?:is )?full\b|\blisten queue overflow|\bworker_connections are not enough\b|\bserver reached \S+ setting\b|\bpossible SYN flooding\b",
        immediate=("see what no longer takes from the queue that {source} fills",),
        preventive=(
            "slow down or drop at the entry of {source} before its queue is full",
        ),
    ),
    FailureClass(
        "payload-too-large",
        "medium",
        False,
        "413 Request Entity Too Large: client intended to send too large body: 41943040 bytes",
        types=r"PayloadTooLarge\w*|RequestEntityTooLarge\w*|RecordTooLargeException|MessageSizeTooLarge\w*",
        says=r"\b(?:request entity|payload|content|file|image|body) too (?:large|big)\b|\btoo large body\b|\bmessage (?:is )?too (?:large|long|big)\b|\bmessage .{0,40}larger than (?:max|the max)|\bstatus(?: code)?:? 413\b|\bmax(?:imum)?[_ ](?:message|body|request)[_ ]size\b.{0,20}exceed|\bexceeds (?:the )?max(?:imum)? (?:message|body|request|packet) size\b|\bpacket too large\b|\brow is too big\b|\bvalue too long for type\b|\bdata too long for column '(?P<key>[^']+)'",
        immediate=(
            "see who sends {size} to {source}, and what the limit is meant to be",
        ),
    ),
    # -- databases -------------------------------------------------------------------
    FailureClass(
        "deadlock",
        "high",
        True,
        "deadlock detected: process 4211 waits for ShareLock on transaction 99120",
        types=r"Deadlock\w*|SerializationFailure|TransactionSerializationError|CannotSerializeTransactionException",
        says=r"\bdeadlock (?:detected|found)\b|\bcould not serialize access\b|\bSQLSTATE(?:\[| )?(?:40001|40P01)\b|\btransaction \(process id \d+\) was deadlocked\b|\ball goroutines are asleep\b|\bwas chosen as the deadlock victim\b|\bORA-00060\b",
        immediate=(
            "see in which order {place} and the other transaction take their locks",
        ),
        preventive=(
            "take locks in one order at {place}, and try the whole transaction again",
        ),
        documentation=(
            "PostgreSQL: Explicit Locking, Deadlocks; SQLSTATE 40P01, 40001",
        ),
    ),
    FailureClass(
        "lock-timeout",
        "high",
        True,
        "canceling statement due to lock timeout",
        types=r"LockNotAvailable|LockTimeout\w*|LockWaitTimeout\w*|LockAcquisitionException|PessimisticLockException|CannotAcquireLockException|LockError|LockTimeoutError",
        says=r"\bdue to lock timeout\b|\block wait timeout exceeded\b|\bdatabase (?:table )?is locked\b|\bcould not (?:obtain|acquire|get) (?:the )?(?:\w+ )?lock\b|\bSQLSTATE(?:\[| )?55P03\b|\btimed? ?out (?:waiting for|acquiring) (?:\w+ ){0,2}lock\b|\bSQLITE_BUSY\b|\bfailed to (?:acquire|obtain|get) (?:\w+ ){0,2}lock\b|\bresource (?:is )?locked\b|\bhas the lock\b|\banother process (?:is using|holds)\b",
        immediate=(
            "find who holds the lock on {table} while this waits",
            "find who holds the lock that {place} waits for",
        ),
        preventive=(
            "keep transactions at {place} short; run jobs that lock whole tables when nobody waits",
        ),
        documentation=("PostgreSQL: pg_locks, lock_timeout; SQLSTATE 55P03",),
    ),
    FailureClass(
        "constraint-violation",
        "medium",
        False,
        'duplicate key value violates unique constraint "orders_number_key"',
        types=r"IntegrityError|UniqueViolation\w*|ForeignKeyViolation\w*|NotNullViolation\w*|CheckViolation\w*|DuplicateKeyException|DataIntegrityViolationException|ConstraintViolationException|SQLIntegrityConstraintViolationException|RecordNotUnique|UniqueConstraintViolation\w*|DuplicateEntry\w*|MongoBulkWriteError|DbUpdateException",
        says=r"\bduplicate key\b|\bviolates (?:unique|foreign key|not-null|check|exclusion) constraint(?: \"(?P<constraint>[^\"]+)\")?|\bduplicate entry '(?P<value>[^']*)' for key '(?P<constraint>[^']+)'|\bunique constraint failed: (?P<constraint>[\w.]+)|\bforeign key constraint fails\b|\bnot null constraint failed: (?P<constraint>[\w.]+)|\bunique constraint \((?P<constraint>[\w.]+)\) violated\b|\bE11000\b|\bnull value in column \"(?P<key>[^\"]+)\"",
        immediate=("see which value breaks {constraint}, and who wrote it first",),
        preventive=(
            "make the write that breaks {constraint} repeatable, or check before it",
        ),
        documentation=("SQLSTATE class 23: integrity constraint violation",),
    ),
    FailureClass(
        "schema-mismatch",
        "high",
        False,
        'column "loyalty_tier" does not exist',
        types=r"UndefinedColumn|UndefinedTable|UndefinedFunction|NoSuchTableError|NoSuchColumnError|SchemaMismatch\w*|UnknownColumnException|SchemaException|InvalidSchema\w*|AvroTypeException|SchemaParseException|UnrecognizedPropertyException|InvalidDocumentException",
        says=r"\bcolumn (?P<key>\S+?) (?:of relation \S+ )?does not exist\b|\brelation \"(?P<table>[^\"]+)\" does not exist\b|\bunknown column '(?P<key>[^']+)'|\bno such (?:table|column): (?P<key>[\w.]+)|\btable '(?P<table>[^']+)' doesn'?t exist\b|\binvalid (?:column|object) name '(?P<key>[^']+)'|\bORA-009(?:04|42)\b|\bschema (?:version )?mismatch\b|\bincompatible schema\b|\bunrecognized field \"(?P<key>[^\"]+)\"|\bunknown field \"?(?P<key>\w+)\"?|\bpending migrations?\b|\bno such function: (?P<key>\w+)|\bfunction \S+ does not exist\b|\bstrict_dynamic_mapping_exception\b|\bmapper_parsing_exception\b",
        immediate=(
            "see whether the schema that {source} talks to has {key}: a migration that did not run, or a release that is older or newer than it",
            "see whether the schema that {source} talks to has {table}: a migration that did not run, or a release that is older or newer than it",
        ),
        preventive=(
            "let releases that read {key} wait for the migration that adds it",
            "let releases that read {table} wait for the migration that adds it",
        ),
        documentation=("SQLSTATE 42703, 42P01",),
    ),
    FailureClass(
        "query-error",
        "high",
        False,
        'syntax error at or near "SELEC" at character 1',
        types=r"SQLSyntaxErrorException|BadSqlGrammarException|SQLGrammarException|ProgrammingError|QuerySyntaxException",
        says=r"\byou have an error in your sql syntax\b|\bsyntax error at or near \"(?P<value>[^\"]*)\"|\bnear \"(?P<value>[^\"]*)\": syntax error\b|\bORA-0093\d\b|\bincorrect syntax near\b|\bSQLSTATE(?:\[| )?42601\b|\bmismatched input '(?P<value>[^']*)' expecting\b|\bcould not determine data type of parameter\b|\bquery (?:parse|syntax) error\b|\boperator does not exist\b",
        immediate=(
            "look at the statement that {place} makes",
            "look at the statement near {value}",
        ),
    ),
    FailureClass(
        "not-leader",
        "high",
        True,
        "NotLeaderForPartition: this broker is not the leader of orders-3",
        types=r"NotLeader\w*|NoLeader\w*|NotMaster\w*|LeaderNotAvailable\w*|NotEnoughReplicas\w*|MasterNotDiscoveredException|NotPrimaryError|NotWritablePrimary|NoQuorum\w*",
        says=r"\bnot (?:the )?leader\b|\bno leader\b|\bnot (?:master|primary)\b|\blost quorum\b|\bno quorum\b|\bwithout quorum\b|\bquorum (?:is |was )?(?:lost|not)\b|\bmaster not discovered\b|\bnot enough (?:in-sync )?replicas\b|\bLEADER_NOT_AVAILABLE\b|\bfailed to elect\b|\bsplit[- ]brain\b|\bREADONLY You can't write against a read only replica\b|\bcannot execute .{0,30} in a read-only transaction\b",
        immediate=("see which node leads now, and why it changed: {peer}",),
    ),
    FailureClass(
        "replication",
        "high",
        True,
        "could not receive data from WAL stream: replication terminated by primary server",
        says=r"\breplication (?:terminated|slot .{0,60}does not exist|failed|stopped|error)\b|\bWAL stream\b|\brequested wal segment \S+ has already been removed\b|\breplica .{0,40}(?:too far behind|out of sync)\b|\bslave sql thread\b|\bunder-?replicated\b|\bmissing blocks?\b.{0,20}\bcorrupt\b|\breplica not found\b",
    ),
    # -- the network -----------------------------------------------------------------
    FailureClass(
        "address-in-use",
        "critical",
        False,
        "listen tcp 0.0.0.0:8080: bind: address already in use",
        says=r"\baddress already in use\b|\bEADDRINUSE\b|\bport (?P<port>\d+) (?:is )?already (?:in use|allocated)\b|\bonly one usage of each socket address\b|\bfailed to bind to (?:port|address)\b|\bport \d+ was already in use\b",
        types=r"BindException|PortInUseException",
        immediate=("find what listens on port {port}: ss -ltnp 'sport = :{port}'",),
        preventive=("let the old process leave port {port} before the new one starts",),
        documentation=("bind(2): EADDRINUSE",),
    ),
    FailureClass(
        "connection-refused",
        "high",
        True,
        "connect ECONNREFUSED 10.4.0.9:5432",
        types=r"ConnectionRefused\w*|ConnectException|ECONNREFUSED|NoBrokersAvailable",
        says=r"\bconnection refused\b|\bECONNREFUSED\b|\bactively refused\b|\bconnection was refused\b|\bcould not connect to server\b|\bunable to connect to (?:any|the|remote)\b|\bcannot connect to host\b|\bcan'?t connect to (?:mysql|local|server|host)|\bno connection could be made\b|\bfailed to connect to \S+(?: port \d+)?:|\bno brokers? available\b|\bbroker may not be available\b|\bcould not connect to\b|\bno servers? available\b|\bretrying connect to server\b",
        immediate=(
            "see whether anything listens on {peer}, and whether it was restarted",
        ),
        preventive=("let {source} wait and try again while {peer} restarts",),
        documentation=("connect(2): ECONNREFUSED",),
    ),
    FailureClass(
        "network-unreachable",
        "high",
        True,
        "connect to 10.9.1.4:443: no route to host",
        types=r"NoRouteToHostException|NetworkUnreachable\w*|NetworkError",
        says=r"\bno route to host\b|\bnetwork is unreachable\b|\bEHOSTUNREACH\b|\bENETUNREACH\b|\bhost is (?:down|unreachable)\b|\bnetwork is down\b|\bdestination (?:host|net) unreachable\b|\bENETDOWN\b|\bsocket operation was attempted to an unreachable\b|\bunreachable host\b|\blink (?:is )?down\b|\bNIC Link is Down\b",
        immediate=("check the route and the firewall between {source} and {peer}",),
        documentation=("connect(2): ENETUNREACH; ip(7): EHOSTUNREACH",),
    ),
    FailureClass(
        "connection-reset",
        "high",
        True,
        "read tcp 10.0.0.4:51422->10.0.0.9:6379: connection reset by peer",
        types=r"ConnectionReset\w*|BrokenPipe\w*|ConnectionAborted\w*|RemoteDisconnected|EOFException|IncompleteRead\w*|ServerDisconnected\w*|ClosedChannelException|SMTPServerDisconnected|ECONNRESET|EPIPE|ConnectionClosed\w*|ProtocolError|UnexpectedEof\w*|AsynchronousCloseException|ClosedByInterruptException|CommunicationsException|ConnectionLossException",
        says=r"\bconnection reset\b|\bECONNRESET\b|\bbroken pipe\b|\bEPIPE\b|\bsocket hang ?up\b|\bconnection (?:was |is |has been )?(?:aborted|forcibly closed|unexpectedly closed|closed unexpectedly|closed by (?:foreign|remote|the remote)|lost|broken|terminated)\b|\b(?:server|peer|upstream|remote)(?: end)? (?:prematurely )?closed (?:the )?connection\b|\bprematurely closed connection\b|\bunexpected(?:ly)? (?:EOF|end of (?:stream|file))\b|\bconnection closed (?:unexpectedly|by peer|while|before)|\bECONNABORTED\b|\bserver has gone away\b|\blost connection to\b|\bremote (?:host|end) closed\b|\bterminating connection due to (?:administrator|conflict|unexpected)\b|\bsoftware caused connection abort\b|\bunexpected EOF\b|\bpremature EOF\b|\bEOF from\b|\bend of stream\b|\bCONNECTIONLOSS\b|\bconnection broken for\b|\bcommunications link failure\b|\bbad connection\b|\blink has been severed\b|\bENOLINK\b|\bdid not receive identification string\b|\bconnection closed by (?:\d|<|\[?preauth|invalid|authenticating)",
        immediate=(
            "look at what {peer} logged at that moment: a restart, a crash, an idle limit",
        ),
        preventive=("let {source} open connections to {peer} again when they break",),
        documentation=("tcp(7); read(2), write(2): ECONNRESET, EPIPE",),
    ),
    FailureClass(
        "circuit-open",
        "high",
        True,
        "CallNotPermittedException: CircuitBreaker 'stock' is OPEN",
        types=r"CallNotPermitted\w*|CircuitBreaker\w*|BrokenCircuitException|CircuitOpen\w*|HystrixRuntimeException",
        says=r"\bcircuit(?:[- ]?breaker)?\b.{0,40}\b(?:is |was )?open(?:ed)?\b|\bbreaker is open\b|\bcircuit .{0,30}tripped\b",
        immediate=(
            "look at the failures that opened the breaker in {source}: they came before this",
        ),
    ),
    FailureClass(
        "service-unavailable",
        "high",
        True,
        "503 Service Unavailable: no healthy upstream for inventory",
        types=r"ServiceUnavailable\w*|UnavailableException|NoHealthyUpstream\w*|BadGateway\w*|UNAVAILABLE",
        says=r"\bservice (?:is )?(?:temporarily )?unavailable\b|\bno (?:healthy|live) upstreams?\b|\bno available (?:server|instance|endpoint|node)s?\b|\b(?:status(?: code)?|HTTP(?:/\S+)?|responded(?: with)?|returned|got):? \"?50[23]\b|\b50[23] (?:bad gateway|service (?:temporarily )?unavailable)\b|\bbad gateway\b|\bno instances? available\b|\bcode = Unavailable\b|\bUNAVAILABLE:|\bno endpoints available\b|\bload balancer does not have available server\b|\bis not ready to accept\b|\bdatabase system is (?:starting up|shutting down)\b|\bis in (?:safe|maintenance) mode\b|\bbackend .{0,60}\bis down\b",
        immediate=(
            "look at {host}: whether it runs, and what it logged at that moment",
        ),
        documentation=("RFC 9110, sections 15.6.3 and 15.6.4: 502, 503",),
    ),
    FailureClass(
        "cancelled",
        "low",
        None,
        "context canceled",
        types=r"CancelledError|CanceledError|CancellationException|TaskCanceledException|OperationCanceledException|AbortError|ClientAbortException|JobCancellationException|InterruptedException|KeyboardInterrupt|ClientDisconnect|QueryCanceled\w*",
        says=r"\bcontext canceled\b|\b(?:request|operation|task|query|statement) (?:was )?(?:cancell?ed|aborted)\b|\bcanceling statement due to user request\b|\bclient (?:has )?(?:disconnected|closed (?:the )?(?:connection|request)|aborted)\b|\bthis operation was aborted\b|\bcode = Canceled\b|\bsleep interrupted\b",
        immediate=("see who gave up: the caller of {place} ran out of time or left",),
    ),
    FailureClass(
        "timeout",
        "high",
        True,
        "HTTPConnectionPool(host='stock.internal', port=80): Read timed out. (read timeout=5)",
        types=r"(?:\w*[a-z.])?Timeout(?:Error|Exception|Expired)?|Timeout|ETIMEDOUT|ESOCKETTIMEDOUT|DeadlineExceeded\w*|QueryTimeout\w*|ReadTimeout|ConnectTimeout|SocketTimeoutException|GatewayTimeout\w*|TimeLimitExceeded|SoftTimeLimitExceeded",
        says=r"\btimed[- ]?out\b|\bETIMEDOUT\b|\bESOCKETTIMEDOUT\b|\bdeadline(?:_| )?exceeded\b|\bdeadline has (?:elapsed|passed)\b|\btime-?out (?:of \S+ )?(?:exceeded|expired|reached|occurred|elapsed|error)\b|\btime-?out (?:after|while|waiting|awaiting)\b|\bidle-(?:in-transaction|session) time-?out\b|\b(?:read|write|connect(?:ion)?|request|response|gateway|idle|operation|query|statement|session|socket|client) time-?out\b|\bdue to statement timeout\b|\bgateway time-?out\b|\b(?:status(?: code)?|HTTP(?:/\S+)?|returned):? \"?504\b|\bexceeded (?:the )?(?:timeout|time limit|deadline)\b|\bno (?:response|answer|reply) (?:from \S+ )?(?:within|after) \d|\bdid not (?:respond|complete|finish|answer|reply) (?:with)?in \b|\btimeout: no \b|\bexecution expired\b|\bupstream request timeout\b|\btook too long\b|\bms time-?out\b",
        immediate=(
            "look at what {host} did in the {duration} before it, and whether it is slow for others",
            "look at what {place} waited for in those {duration}",
            "look at what {host} did at that moment, and whether it is slow for others",
        ),
        preventive=(
            "choose the time limit of {duration} from what {host} takes when it is well, below what the caller waits",
        ),
    ),
    FailureClass(
        "heartbeat-missed",
        "high",
        True,
        "liveness probe failed: no heartbeat from worker 7 for 60 s",
        types=r"SessionExpired\w*|SessionTimeout\w*|LostHeartbeat\w*",
        says=r"\b(?:liveness|readiness|startup) probe failed\b|\b(?:missed|lost|no|without) heartbeats?\b|\bheartbeat (?:timed? ?out|failed|missed|lost|expired)\b|\bhealth ?check (?:has )?failed\b|\bfailed health ?checks?\b|\bmember .{0,60}\bfailed, removing it from group\b|\bsession (?:has )?expired\b.{0,40}\b(?:zookeeper|sessionid)|\bsuspect .{0,40}has failed\b|\bmarked (?:as )?(?:dead|down|unhealthy)\b|\bwatchdog\b.{0,30}\b(?:timeout|expired|fired|did not)\b|\bsoft lockup\b|\bblocked for more than \d+ seconds\b",
        immediate=("look at what {source} did while it was silent",),
    ),
    # -- who may what ----------------------------------------------------------------
    FailureClass(
        "token-expired",
        "medium",
        False,
        "jwt expired at 2026-03-04T12:00:00Z",
        types=r"TokenExpired\w*|ExpiredSignatureError|ExpiredJwtException|ExpiredToken\w*|SecurityTokenExpiredException",
        says=r"\b(?:jwt|token|signature|session|credentials?|api key) (?:is |has |have )?expired\b|\bexpired (?:token|jwt|credentials?|signature|session)\b|\bExpiredToken\b|\btoken is not valid yet\b|\bnot yet valid \(iat\)|\bRequestTimeTooSkewed\b|\btoken used before issued\b|\bImmatureSignatureError\b",
        immediate=(
            "compare the clocks of {source} and of who made the token; then see when it is renewed",
        ),
        documentation=("RFC 7519, sections 4.1.4 and 4.1.5: exp, nbf",),
    ),
    FailureClass(
        "clock-skew",
        "high",
        False,
        "time offset of 92.4 s to ntp1.internal exceeds the limit",
        types=r"ClockSkew\w*|InRequestTimeTooSkewed\w*",
        says=r"\bclock[- ]skew\b|\bclocks? (?:is |are )?(?:out of sync|not synchroni[sz]ed|unsynchroni[sz]ed|too far apart|drift)|\btime (?:offset|skew|drift)\b.{0,40}\b(?:exceeds|too (?:large|big|great)|limit)\b|\btimestamp .{0,60}\b(?:in the future|too far (?:ahead|in the))|\bsystem clock (?:went|moved|jumped) back|\bclock (?:moved|went|jumped) backwards\b|\btime has been changed\b|\bcan't synchronise\b|\bno server suitable for synchronization\b|\bsynchronization lost\b",
        immediate=(
            "compare the clock of {source} with a time server: chronyc tracking, timedatectl",
        ),
        documentation=("RFC 5905: NTP",),
    ),
    FailureClass(
        "authentication-failed",
        "high",
        False,
        'password authentication failed for user "reports"',
        types=r"AuthenticationError|AuthenticationException|AuthenticationFailed\w*|BadCredentialsException|InvalidCredentials\w*|Unauthorized\w*|NotAuthenticated|InvalidPassword|SMTPAuthenticationError|InvalidTokenError|InvalidSignatureException|LoginException|InvalidAuthorizationSpecification|AuthError|InvalidAccessKeyId|SignatureDoesNotMatch",
        says=r"\bpassword authentication failed for user \"(?P<user>[^\"]+)\"|\bauthentication (?:failed|failure|error)\b|\bauthentication failures?\b|\bfailed password for (?:invalid user )?(?P<user>\S+)|\binvalid (?:credentials|username or password|password|api[- _]?key|access token|token|signature)\b|\baccess denied for user '(?P<user>[^']*)'@|\b401 unauthori[sz]ed\b|\bstatus(?: code)?:? 401\b|\bbad credentials\b|\blogin (?:failed|incorrect)\b|\bincorrect (?:username|password)\b|\bcould not authenticate\b|\bfailed to authenticate\b|\bunauthenticated\b|\bno such user\b|\buser unknown\b|\binvalid user (?P<user>\S+)|\bmaximum authentication attempts exceeded\b|\bNOAUTH\b|\bWRONGPASS\b|\bSASL .{0,40}fail|\btoo many authentication failures\b|\bPAM:.{0,40}\b(?:illegal user|authentication)|\bauth could not identify password\b|\bcheck pass; user unknown\b|\bunknown (?:user|login)\b",
        immediate=(
            "check the credentials of {user} where {source} gets them: changed, rotated or misspelt",
            "check the credentials that {source} uses for {host}",
        ),
        documentation=("RFC 9110, section 15.5.2: 401",),
    ),
    FailureClass(
        "permission-denied",
        "high",
        False,
        "PermissionError: [Errno 13] Permission denied: '/var/spool/invoices'",
        types=r"PermissionError|PermissionDenied\w*|AccessDenied\w*|AccessControlException|Forbidden\w*|InsufficientPrivilege|AccessDeniedException|EACCES|EPERM|SecurityException|UnauthorizedAccessException|AuthorizationException|NotAuthorized\w*",
        says=r"\bpermission denied\b|\bEACCES\b|\bEPERM\b|\boperation not permitted\b|\baccess (?:is |was )?denied\b|\b403 forbidden\b|\bis forbidden: user\b|\bstatus(?: code)?:? 403\b|\bnot authori[sz]ed to\b|\binsufficient (?:privileges?|permissions?|rights)\b|\bmust be owner of\b|\bdirectory index .{0,80}forbidden by rule\b|\bclient denied by server configuration\b|\bmissing (?:required )?(?:permission|scope)s?\b|\bRBAC: access denied\b|\bsandbox\b.{0,80}\bdeny\b|\bapparmor=\"DENIED\"|\bavc:\s+denied\b|\bcode = PermissionDenied\b|\bdoes not have permission\b|\bclient sent .{0,30}not allowed\b|\brequest origin .{0,40}not allowed\b|\brelay(?:ing)?(?: access)? denied\b",
        immediate=(
            "compare the owner and the mode of {file}, and of its folders, with the user that runs {source}",
            "see which right {user} lacks on {table}",
        ),
        preventive=("set the owner of {file} where it is made",),
        documentation=("open(2): EACCES; path_resolution(7)",),
    ),
    # -- what is missing -------------------------------------------------------------
    FailureClass(
        "missing-dependency",
        "critical",
        False,
        "ModuleNotFoundError: No module named 'barcodes'",
        types=r"ModuleNotFoundError|ImportError|ClassNotFoundException|NoClassDefFoundError|MODULE_NOT_FOUND|LoadError|DllNotFoundException|UnsatisfiedLinkError|NoSuchMethodError|NoSuchFieldError|UndefinedSymbol|MissingSpec\w*|MissingDependency\w*|NoSuchBeanDefinitionException|UnsatisfiedDependencyException",
        says=r"\bno module named ['\"]?(?P<module>[\w.]+)|\bcannot find module '(?P<module>[^']+)'|\bcannot find package ['\"]?(?P<module>[\w./@-]+)|\berror while loading shared libraries: (?P<module>[^:\s]+)|\bcannot open shared object file\b|\bcannot import name '(?P<module>[^']+)'|\bcannot load such file -- (?P<module>\S+)|\bcould not find or load main class (?P<module>\S+)|\bexec(?:utable)?(?: file)? not found in \$?PATH\b|\bcommand not found\b|\bClass ['\"](?P<module>[\w\\\\]+)['\"] not found\b|\bunresolved (?:dependency|symbol)\b|\bsymbol lookup error\b|\bCould not load (?:file or assembly|dynamic library) '(?P<module>[^']+)'|\bno qualifying bean of type\b",
        immediate=(
            "see whether {module} is installed in the environment that runs {source}, and in which version",
        ),
        preventive=(
            "declare {module} where the dependencies of {source} are listed, and start it once in the build",
        ),
    ),
    FailureClass(
        "bad-executable",
        "critical",
        False,
        "exec /usr/bin/tide: exec format error",
        types=r"BadImageFormatException|UnsupportedClassVersionError|ENOEXEC",
        says=r"\bexec format error\b|\bcannot execute binary file\b|\bENOEXEC\b|\bbad CPU type in executable\b|\binvalid ELF header\b"
        r"|\bwrong ELF class\b|\bhas been compiled by a more recent version of the java runtime\b|\bis not a valid win32 application\b",
        immediate=(
            "compare the architecture that {file} was built for with that of the machine of {source}",
        ),
        documentation=("execve(2): ENOEXEC",),
    ),
    FailureClass(
        "bad-config",
        "critical",
        False,
        "invalid configuration: unknown key 'pool_szie' in /etc/orders/orders.toml",
        types=r"ConfigurationError|ConfigError|ImproperlyConfigured|InvalidConfiguration\w*|ConfigurationException|BeanCreationException|ConfigException|SettingsError|MissingEnvironmentVariable\w*",
        says=r"\b(?:invalid|bad|illegal|malformed|wrong|broken|missing) (?:\w+ )?(?:configuration|config|setting)\b|\b(?:configuration|config)(?: file)? (?:is |was )?(?:error|invalid|missing|not found|could not be|syntax)\b|\b(?:error|failed|failure|cannot|could not|unable) .{0,20}\b(?:reading|parsing|loading|load|read|parse) (?:the )?(?:configuration|config)\b"
        r"|\b(?:environment|env)(?: variable)? ['\"]?(?P<variable>(?-i:[A-Z][A-Z0-9_]{2,}))['\"]? (?:is |was |must |has )?(?:not set|not defined|be set|required|missing|empty|unset|undefined)\b|\b(?P<key>(?-i:[a-z][a-z0-9]*(?:[_.][a-z0-9]+)+)) (?:is |was )?not (?:set|configured)\b|\b(?P<variable>(?-i:[A-Z][A-Z0-9]*_[A-Z0-9_]+)) (?:is |was |must )?(?:not set|not defined|be set|required|unset|undefined)\b|\bmissing (?:required )?(?:env(?:ironment)?(?: variable)?|setting|config(?:uration)? (?:key|option|value)) ['\"]?(?P<key>[\w.-]+)|\bunknown (?:config(?:uration)? )?(?:key|option|directive|setting|parameter) ['\"]?(?P<key>[\w.-]+)|\bunrecognized (?:configuration parameter|option) ['\"]?(?P<key>[\w.-]+)|\bno (?:such )?(?:setting|configuration) ['\"]?(?P<key>[\w.-]+)|\binvalid value (?:\S+ )?for (?:setting|option|parameter|environment variable|config key) ['\"]?(?P<key>[\w.-]+)|\binvalid .{1,40} in (?:the )?(?:configuration|config|settings)\b|\bis not a valid value for ['\"]?(?P<key>[\w.-]+)",
        immediate=(
            "correct {key} in {file}",
            "correct {key} in the settings of {source}",
            "set {variable} in the environment of {source}",
        ),
        preventive=(
            "let {source} check {key} when it starts, and refuse to start without",
            "let {source} check {variable} when it starts, and refuse to start without",
        ),
    ),
    FailureClass(
        "file-not-found",
        "high",
        False,
        "FileNotFoundError: [Errno 2] No such file or directory: '/srv/shop/rates.csv'",
        types=r"FileNotFound\w*|NoSuchFile\w*|ENOENT|DirectoryNotFoundException|NotADirectoryError",
        says=r"\bno such file or directory\b|\bENOENT\b|\bfile (?:does not exist|not found)\b|\b(?:cannot|could not|can't|unable to) (?:find|open|stat|access) (?:the )?(?:file|path|directory)\b|\bcould not open file\b|\bthe system cannot find the (?:file|path)\b|\bnot a directory\b|\bpath does not exist\b|\bmissing file\b",
        immediate=(
            "see who should have put {file} there, and whether {source} looks in the right place",
        ),
        documentation=("open(2): ENOENT",),
    ),
    FailureClass(
        "not-found",
        "medium",
        False,
        "404 Not Found: GET https://assets.shop.example/logo.svg",
        types=r"NotFound\w*|\w+NotFound(?:Error|Exception)?|NoSuchKey|NoSuchBucket|ObjectNotFound|DoesNotExist|RecordNotFound|EntityNotFound\w*|NoResultFound|ResourceNotFound\w*|KeyNotFoundException|Http404|NoHandlerFoundException|ObjectDoesNotExist|UnknownTopicOrPartition\w*",
        says=r"\b404 not found\b|\bstatus(?: code)?:? 404\b|\b(?:database|index|topic|queue|bucket|role|user|schema) \"[^\"]+\" does not exist\b|: (?-i:[A-Z]\w+NotFound)\b|\bNoSuchKey\b|\bno such (?:bucket|key|container|image|entity|index|topic|queue|host group)\b|\bindex_not_found_exception\b|\bmanifest unknown\b|\bunknown topic or partition\b|\b(?:resource|object|record|entity|page|key|image|instance) (?:\S+ )?(?:was |could )?not (?:be )?found\b",
        immediate=("see whether {url} ever existed, and who still asks for it",),
        documentation=("RFC 9110, section 15.5.5: 404",),
    ),
    # -- data ------------------------------------------------------------------------
    FailureClass(
        "data-corruption",
        "critical",
        False,
        "checksum mismatch in block 1107 of /data/orders.db",
        types=r"ChecksumException|CorruptIndexException|CorruptRecordException|DatabaseCorruption\w*|DataCorrupted|BadZipFile|ZipException|InvalidBlockException",
        says=r"\b(?:checksum|crc|hash|digest) (?:mismatch|error|failed|verification failed|does not match)\b|\b(?:is |was |seems |data |file |index |block |page )corrupt(?:ed)?\b|\bcorrupt(?:ed)? (?:data|file|index|block|record|page|header|database|image)\b|\bdatabase disk image is malformed\b|\bbad magic number\b|\binvalid page (?:in block|header)\b|\bnot in gzip format\b|\btorn page\b|\binconsistent (?:state|data) detected\b",
        immediate=("keep {file} as it is, and compare it with a copy",),
    ),
    FailureClass(
        "encoding",
        "medium",
        False,
        "UnicodeDecodeError: 'utf-8' codec can't decode byte 0xe9 in position 14",
        types=r"Unicode\w*Error|MalformedInputException|UnmappableCharacterException|UndefinedConversionError|InvalidByteSequenceError|ConverterNotFoundError|EncodingError|CharacterCodingException|CharacterNotInRepertoire|UntranslatableCharacter",
        says=r"\bcodec can'?t (?:de|en)code\b|\binvalid byte sequence\b|\binvalid utf-?8\b|\bincorrect string value\b|\binvalid (?:start|continuation) byte\b|\bmalformed utf-?8\b|\bunsupported unicode escape\b",
        immediate=("see which encoding the bytes are in that {place} reads",),
        preventive=("name the encoding at {place} instead of taking the system's",),
    ),
    FailureClass(
        "parse-error",
        "medium",
        False,
        "json.decoder.JSONDecodeError: Expecting value: line 1 column 1 (char 0)",
        types=r"JSONDecodeError|JsonParse\w*|JsonProcessingException|JsonMappingException|MismatchedInputException|InvalidFormatException|NumberFormatException|ParseException|ParseError|SAXParseException|XMLSyntaxError|DateTimeParseException|SyntaxError|MalformedJsonException|JsonSyntaxException|JsonReaderException|JsonException|YAMLException|YAMLError|ScannerError|FormatException|DecodeError|DecodingError|InvalidProtocolBufferException|MessageNotReadableException|HttpMessageNotReadableException|DeserializationException|SerializationException|ParserError|ParseIntError|UnmarshalTypeError|TomlDecodeError|TOMLDecodeError",
        says=r"\bunexpected token\b|\bunexpected end of (?:json|input|file)\b|\bexpecting value: line \d+|\bexpecting property name\b|\binvalid character '.' (?:looking|after|in)\b|\bcannot unmarshal\b|\bcould not (?:parse|decode|deserialize)\b|\bcan'?t (?:parse|decode|deserialize)\b|\b(?:failed|unable) to (?:parse|decode|deserialize|unmarshal)\b|\bcannot (?:parse|deserialize|be parsed)\b|\bmalformed (?:json|xml|yaml|message|request|packet|header|url|csv|data)\b|\binvalid (?:json|xml|yaml|literal for|input syntax|number|timestamp)\b|\bnot (?:a )?valid (?:json|number|date|xml)\b|\bnot well-formed\b|\b(?:json|xml|yaml|csv) (?:parse|parsing|syntax) error\b|\bparse error\b|\bparseint\b.{0,40}invalid syntax|\bfor input string: \"(?P<value>[^\"]*)\"|\bpremature end of (?:input|data|script headers)\b|\bprotocol message contained an invalid tag\b|\bunknown magic byte\b|\bbad request line\b|\bbad (?:message|packet|frame) (?:header|format|magic)\b|\binvalid (?:http )?(?:request|header|method)\b|\bFailed to deserialize\b",
        immediate=(
            "look at the input that {place} could not read, and where it came from",
            "look at who wrote {value}",
        ),
        preventive=(
            "put what {place} cannot read aside, with its id, instead of trying again",
        ),
    ),
    FailureClass(
        "invalid-input",
        "medium",
        False,
        "ValidationError: 1 validation error for Order: quantity: value is not a positive number",
        types=r"ValidationError|ValidationException|InvalidArgument\w*|IllegalArgumentException|ArgumentException|ArgumentNullException|ArgumentOutOfRangeException|BadRequest\w*|MethodArgumentNotValidException|UnprocessableEntity\w*|ArgumentError|InvalidInput\w*|ParameterMissing|RecordInvalid|InvalidParameter\w*|ConstraintDeclarationException|MissingServletRequestParameterException|HTTPUnprocessableEntity|InvalidValueException|NumericValueOutOfRange",
        says=r"\bvalidation (?:failed|errors?)\b|\bvalidation error for\b|\bfailed validation\b|\bmissing required (?:field|parameter|argument|property|header|column) ['\"]?(?P<key>[\w.-]+)|\bfield required\b|\brequired (?:field|parameter|property) ['\"]?(?P<key>[\w.-]+)['\"]? (?:is )?missing\b|\b400 bad request\b|\bstatus(?: code)?:? 4(?:00|22)\b|\b(?:must|should) not be (?:null|blank|empty)\b|\bis not a valid (?:\w+ )?(?:email|uuid|id|date|url|address|choice|value)\b|\binvalid argument\b|\billegal argument\b|\binvalid parameter\b|\bvalue .{0,40}out of range\b|\bcode = InvalidArgument\b|\bEINVAL\b|\binvalid (?:array length|count value)\b",
        immediate=(
            "look at {key} of what was sent, and at who sent it",
            "look at the value that {place} refused, and where it came from",
        ),
        preventive=("check {key} where it enters, and say there what is allowed",),
    ),
    # -- code ------------------------------------------------------------------------
    FailureClass(
        "null-dereference",
        "high",
        False,
        "TypeError: Cannot read properties of undefined (reading 'price')",
        types=r"NullPointerException|NullReferenceException|NilPointer\w*|UnboundLocalError",
        says=r"\bcannot read propert(?:y|ies) (?:'\w+' )?of (?:undefined|null)(?: \(reading '(?P<key>[^']+)'\))?|\bcannot set propert(?:y|ies) (?:'\w+' )?of (?:undefined|null)\b|\b(?:undefined|null) is not an object\b|\bunable to get property\b.{0,60} of (?:undefined|null)\b|\bcan'?t access property ['\"](?P<key>[^'\"]+)['\"], .{0,60}(?:undefined|null)\b|(?:^|\W)'NoneType' object (?:has no attribute '(?P<key>[^']+)'|is not)|\bnil pointer dereference\b|\binvalid memory address\b|\bundefined method [`'](?P<key>[^`']+)['`] for nil\b|\bobject reference not set to an instance\b|\bnullpointerexception\b|\bnull pointer\b|\bCall to a member function (?P<key>\w+)\(\) on null\b|\bAttempt to read property \"(?P<key>[^\"]+)\" on null\b|\bon a null object reference\b|\bOption::unwrap\(\)` on a `None` value\b|\bnull check operator used on a null value\b|\bBecause \"(?P<value>[^\"]+)\" is null\b",
        immediate=(
            "see why what holds {key} is missing at {place}: which record, which answer of another service",
            "see which value is missing at {place}, and for which input",
        ),
        preventive=("decide at {place} what is to happen where the value is missing",),
    ),
    FailureClass(
        "index-out-of-range",
        "high",
        False,
        "IndexError: list index out of range",
        types=r"IndexError|\w*IndexOutOfBounds\w*|IndexOutOfRange\w*",
        says=r"\bindex out of (?:range|bounds)\b|\bindex -?\d+ out of bounds\b|\bout of bounds for length \d+|\bslice bounds out of range\b|\bthe index is \d+\b|\bvalid value range is empty\b|\bindex .{0,30}is out of (?:range|bounds)\b|\bUndefined (?:offset|array key)\b",
        immediate=("see how long what {place} reads was, and for which input",),
    ),
    FailureClass(
        "missing-key",
        "high",
        False,
        "KeyError: 'shipping_zone'",
        types=r"KeyError|NoSuchElementException|NoSuchElement\w*|StopIteration",
        says=r"^'(?P<key>[\w.-]+)'$|\bkey not found: :?\"?(?P<key>[\w.-]+)|\bkeyerror: '(?P<key>[^']+)'|\bundefined (?:index|key):? ['\"]?(?P<key>[\w.-]+)|\bthe given key .{0,60}was not present\b",
        immediate=("see which input has no {key} at {place}",),
        preventive=("decide at {place} what is to happen without {key}",),
    ),
    FailureClass(
        "type-error",
        "high",
        False,
        "TypeError: unsupported operand type(s) for +: 'int' and 'str'",
        types=r"TypeError|ClassCastException|InvalidCastException|CastError|NoMethodError|AttributeError|NameError|ReferenceError|MissingMethodException|UndefinedFunctionError|FunctionClauseError|BadArityError|MatchError|UnhandledMatchError|BadMapError|_CastError|NoSuchMethodException|FormatError|ArityException|DatatypeMismatch",
        says=r"\bis not a function\b|^\S+ is not defined$|\breferenceerror: \S+ is not defined\b|\bis not iterable\b|\bobject has no attribute '(?P<key>[^']+)'|\bcannot be cast to\b|\bunsupported operand type\b|\bundefined method [`'](?P<key>[^`']+)['`]|\bundefined local variable or method\b|\binterface conversion\b|\bno function clause matching\b|\btakes \d+ positional arguments? but\b|\bCall to undefined (?:function|method) (?P<key>[\w\\\\:]+)|\bUndefined variable\b|\battempt to (?:call|index|perform arithmetic on) a (?:nil|\w+) value\b|\bunexpected keyword argument '(?P<key>\w+)'|\bis not assignable to\b|\bno implicit conversion of\b|\bis not a subtype of type\b|\bmust be of (?:the )?type \w+, \w+ given\b|\bCan't locate object method\b|\bwrong number of arguments\b",
        immediate=(
            "see what kind of value arrives at {place}, and since which change",
        ),
    ),
    FailureClass(
        "arithmetic",
        "high",
        False,
        "ZeroDivisionError: division by zero",
        types=r"ZeroDivisionError|ArithmeticException|DivideByZero\w*|OverflowError|FloatDomainError|ArithmeticError|DivisionByZero\w*",
        says=r"\bdivi(?:sion|de|ded) by zero\b|\binteger overflow\b|\barithmetic overflow\b|\bfloating point exception\b|\battempt to (?:add|subtract|multiply|divide) with overflow\b",
        immediate=(
            "see which value at {place} is zero or too large, and for which input",
        ),
    ),
    FailureClass(
        "race",
        "high",
        None,
        "fatal error: concurrent map writes",
        types=r"ConcurrentModificationException|OptimisticLock\w*|StaleObject\w*|StaleDataError|StaleElementReferenceException|StaleStateException|DataRace\w*|VersionConflict\w*|ConflictException|ConcurrencyException|DbUpdateConcurrencyException|ConditionalCheckFailedException",
        says=r"\bconcurrent map (?:writes|iteration|read)\b|\bdictionary changed size during iteration\b|\bset changed size during iteration\b|\brow was updated or deleted by another transaction\b|\bdata race\b|\bversion[_ ]conflict\b|\bcollection was modified\b|\b409 conflict\b|\bstatus(?: code)?:? 409\b|\bthe object has been modified\b|\bsend on closed channel\b|\bclose of closed channel\b",
        immediate=("see who else writes what {place} reads or writes at that moment",),
    ),
    FailureClass(
        "assertion",
        "high",
        False,
        "AssertionError: stock must not be negative",
        types=r"Assertion\w*|AssertError|PreconditionFailed\w*|InvariantViolation\w*|InvalidStateError|IllegalMonitorStateException",
        says=r"\bassertion .{0,120}failed\b|\bassert condition\b|\bassert(?:ion)? failed\b|\binvariant violat|\bprecondition failed\b|\bBUG: |\bkernel BUG at\b",
        immediate=("see which state broke what {place} takes for granted",),
    ),
    FailureClass(
        "unsupported",
        "medium",
        False,
        "NotImplementedError: refunds by voucher",
        types=r"NotImplemented\w*|UnsupportedOperation\w*|UnsupportedOperationException|NotSupported\w*|MethodNotAllowed\w*|UnsupportedMediaType\w*|HttpRequestMethodNotSupportedException|HttpMediaTypeNotSupportedException",
        says=r"\bnot (?:yet )?implemented\b|\boperation (?:is )?not supported\b|\bunsupported (?:operation|media type|method|version|feature|format)\b|\b405 method not allowed\b|\bmethod not allowed\b|\bstatus(?: code)?:? 4(?:05|15)\b|\bis not supported\b|\bfeature not supported\b|\bunknown (?:command|method|opcode|verb)\b",
        immediate=(
            "see who asks {source} for it, and whether both sides are of one version",
        ),
    ),
    # -- what others report ----------------------------------------------------------
    FailureClass(
        "retries-exhausted",
        "high",
        None,
        "giving up on message 8f2 after 5 attempts, moved to dead letter queue",
        types=r"RetryError|MaxRetries\w*|RetryExhausted\w*|RetriesExhausted\w*|ExhaustedRetryException",
        says=r"\b(?:giving|gave) up\b.{0,60}\b(?:after|attempts?|retries|tries)\b|\bmax(?:imum)? retries exceeded\b|\bretries exhausted\b|\bmax(?:imum)? (?:number of )?(?:attempts|retries)\b.{0,20}\b(?:exceeded|reached)\b|\bdead[- ]letter|\bafter \d+ (?:failed )?(?:attempts|retries|tries)\b|\bretry limit (?:reached|exceeded)\b|\bback-?off restarting failed container\b|\bCrashLoopBackOff\b",
        immediate=(
            "look at the first of the tries in {source}: the last one only says that it gave up",
        ),
    ),
    FailureClass(
        "server-error",
        "high",
        None,
        "upstream answered 500 Internal Server Error",
        types=r"InternalServerError\w*|HttpServerErrorException|ServerError",
        says=r"\b500 internal server error\b|\binternal server error\b|\bstatus(?: code)?:? 500\b|\bcode = Internal\b",
        immediate=("look at what {host} logged for this request: it says why",),
        documentation=("RFC 9110, section 15.6.1: 500",),
    ),
)
