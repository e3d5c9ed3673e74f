"""Words and punctuation that cost one token.

The words of logs and of the programs that write them, and no more of the language than
that: a word that is missing here is counted too high, never too low. That each of them is
one token is proved in the tests against the tokenizer's own vocabulary.
"""

from typing import Final

_BOTH: Final = """
aa ab able abort about above abs absolute abstract ac access account action actions
activate active activity actual actually ad adapter adaptive add added adding
addition additional addr address addresses adds adjust admin ae af after again age
agent ago ai al alert alerts alias align alignment alive all alloc allocate allow
allowed allows almost along alpha alphabet already also alt alternate alternative
although always am among amount an analysis anchor and android ann annotation
anonymous another ans answer answers any anything api app append application
applications apply approx apps apr ar arc arch are arena arg args argument arguments
arm around array arrow article as ask assert asset assign assigned assignment
assistant associated ast async at atom atomic attr attribute attributes au audio
audit aug auth authenticate authentication author authorized auto av avg avoid aw
await away ax ay ba back backend background backup bad balance band bar bare base
based bases basic batch bb bd be beat because been before begin being bell below
best beta better between bg big billing bin binary bind binding bit bits bl black
blank blob block blocking blocks blue bo body bold bom bool boolean boot both bottom
bound bounds box br brand break bridge broadcast broken broker browser bs bt bu
bucket budget buf buffer bug build builder built bulk bundle bus business busy but
button by byte bytes ca cache cached calculate calendar call callback called caller
calling calls camel can cancel candidate cannot canvas cap caps capture card care
carry cart case cases cast catalog catch category cause cd ce cell center central
cert certain certificate cf ch chain challenge chance change changed changes
changing channel channels char character characters charge charset chat check
checked checker checking checkout checks child children choice choices choose chrome
chunk ci cipher city cl claim class classes clean cleanup clear cli click client
clients clock clone close closed closing closure cloud cluster cm cmd co code codec
codes col collapse collect collection collections collector collision colon color
colors column columns com combine combined come command commands comment comments
commit common community comp compact company compare comparison compat compatible
compile compiler complete completed completion complex component components compose
compound compress compression compute computer con cond condition conditional
conditions conf config configuration configure confirm confirmation conn connect
connected connecting connection connections connector consider console const
constant constants constraint constraints construct construction constructor consume
consumer contact container containers contains content contents context continue
contra contract control controlled controller controls conv conversion convert
converted converter cookie cookies copies copy copyright core correct cos cost could
count counter country counts cov cover cp cpu cr create created credentials credit
criteria critical cron crypt cs css ct ctrl cu cur curr currency current currently
cursor custom customer cut cv cycle da daily dashboard dat data database dataset
date day days db dc de dead deal debug dec decl declare decode deep def default
defaults define defined defines definition definitions del delay delete deleted
delivery delta demo dep depend dependency depending deploy deployment deprecated
depth desc describe description descriptor deserialize design desired dest
destination destroy detail details detect dev developer development device di dialog
dict dictionary did diff difference different digest digit dir direct direction
directory dirty dis disable disabled disconnect discover disk disp dispatch display
dist distance distributed distribution dl do doc docker docs document does doing
domain done dont door dot double down download dr draft drive driver drop drops ds
dt du due dummy dump dup duplicate duration during dw dx dynamic ea each early easy
eb ec echo ed edge edit editable ee ef effect effective eh either el elastic elem
element elements else em email embedded emit empty en enable enabled enc encode
encoder encoding end ending endpoint ends engine english ensure enter entity entries
entry enum env environment ep epoch eq equal equals er era err error es escape et
eth eu ev eval evaluate evaluation even event events ever every ex exact example
examples exc except exception exceptions exchange exclusive exec execute execution
executor exist existing exists exit exp expand expanded expect expected experimental
expl explicit export expr express expression ext extend extended extension
extensions external extra extract extras ey fa face fact factor factory fail failed
failure fake fall falls false family far fast fatal fault fb fc fe feature features
feb feed fetch few fi field fields figure file filename files fill filled filter
filters final find finder finding fine finish finished fire first fit fits five fix
fixed fixture fl flag flags flat flight float floating floor flow flush fn fo focus
fold folder follow font foo foot footer for force forget fork form format formats
formatter forms forward found foundation four fr fraction fragment frame frames
framework free freeze frequency fresh fri from front fs ft fu full fully fun func
function functional functions future ga game gap gateway gb ge gen general generate
generated generation generator generic get gets getter getting gh gi git github give
given giving gl glob global gn go gone good google got gr grammar grant graph
graphics greater green group groups gu guest ha hack had half hand handle handler
handles handling hard hardware has hash have having hd he head header headers
heading health heap height held hello help helper here hex hi hidden hide high
higher hint history hit hits hl ho hold holder holding home hook hooks horizontal
host hour hours how hp hr html http hu hub human ia ib ic icon icons id ident
identifier identify identity idle ie if ignore il illegal im image images img
immutable imp impl implement implementation import important imports in inc include
included includes including inclusive incoming incorrect increment index indexed
indicator individual inet inf infer info inform information infos ini init initial
initialize inject inline inner input inputs insert inside inspect inst install
installation instance instances instant instead instruction instructions int integer
integration interaction interactive interesting interface interfaces internal
international internet interpret interrupt intersection interval into inv invalid
inventory invoice invoke io ip ir is iso issue it item items iter iterator its ja
jan java javascript jdbc jo job jobs join journal js json jul jump jun just jwt ka
ke keep kernel key keyboard keys keyword keywords kg ki kill kind km know known ko
kw la label labels lag lambda lang language languages large last late later latest
latin launch layer layout lazy le lead leader leading least leave left legal len
length less let lets letter level levels li lib libraries library license life like
limit limited limits line linear lines link links linux list listed listen listener
listing lists literal little live ll lo load loaded loader loading loads loc local
locale location locations lock locked locks log logged logger logging logic login
logo logout logs long look looking looks loop lost low lower lt lu lua ly ma mac
machine made magic mail main major make makes making managed management manager
manifest manual many map mapper mapping maps mar march margin mark marker marks
marshal mask master match matcher matches matching math matter max maximum may maybe
mb mc md me mean media median member members memo memory merge message messages meta
metadata meth method metric metrics mi micro mid middle middleware migration million
mime min minus mirror misc miss missing mix mixed ml mm mo mobile mock mod mode
model models modern modified modifier modify module modules moment mon mongo monitor
month more most mount mounted move mp mr ms msg mt mu much multi multipart multiple
must mutable mutation mutex my mysql na name named names namespace nan native nb nd
ne near need nested net network never new next ng ni nice nil nm no node nodes non
none nor norm normal not note notes nothing notice notification notifications notify
nov now nr ns nt nu null num number numbers numeric ob obj object objects obs
observer oc oct od odd of off offer office offline offset often oh ok ol old older
om on once one online only op opcode open opening operand operation operations
operator operators ops opt optimization option optional options or oracle ord order
ordered ordering orders org organization orig origin original os ot other others ou
our out outer outline output outputs outside ov over overflow override overview ow
own owner ox pa pack package packed packet packing padding page pages pair panel
paragraph parallel param parameter parameters params parent parents parse parsed
parser part partner parts party pass passed passing password past pat patch path
paths pattern pause payload payment pc pd pdf pe peer pending pep per percent
percentage perform performance perhaps period permission permissions permit persist
persistent person pet pg ph phase phone php phrase pi pick piece pieces ping pipe
pipeline pl place places plain plan platform play please plug plugin plugins plus
pod point pointer points policy poll pool pop port portable portal ports pos
position positions positive post potential power pr practice pre prec predicate
prefer preferences preferred prefix prep prepare prepared present press pretty prev
prevent previous price primary principal print printed printer printing prior
priority private probe problem proc process processing processor prod produce
producer product production products profile prog program progress project prom
promise prompt proper properties property protect protected proto protocol provide
provided provider proxy ps pt pu pub public publish published publisher pull
purchase pure purpose push put py python qa qu quantity query question questions
queue quick quiet quit quite quote quotes ra rabbit race rails raise raised raises
random range rank rate rather ratio raw rc re reach react read reader reading reads
ready real really realm reason rec received receiver recent recommended record
recover red redis ref refer reference references reflect refresh regex region
regions register registered registration registry regular reject rel relay release
released reload remaining remember remote remove removed rename render rep repeat
replace replacement reply repo report reports repository represent representation
req request requested requests require required requires res reserve reserved reset
resize resolution resolve resolver resource resources resp response responses rest
restore result results resume ret retrieve retry return returned returns reverse
review reviews revision rewrite ri rich rid right rights ring ro role room root
rotate rotation round rounded route router routes routine routing row rows rpc rs rt
ruby rule rules run runner running runs runtime rust rx ry sa safe salt same sample
samples sampling sat save saved say sb sc scalar scale scan scanner schedule
scheduled scheduler schema scheme scope score screen script scripts sd se search sec
second secondary seconds secret section sections secure security see seed seek seen
segment select selected selection selector self sem send sender sending sense sensor
sent sentence sep separator seq sequence ser serial serialization serialize
serialized serializer series serve server servers service services session sessions
set sets setter setting settings sh sha shape share shell shift shim ship shipping
shop short show si side sig sigma sign signal signed silent simple since single site
size sizes sk skip sl slash sleep slice slot slots slow sm small smart sn snake
snapshot so sock socket soft software some something sometimes soon sort sorted
sorting source sources sp space spaces span spark spec special specific speed split
spring sql square sr src ss st stable stack stage stamp stand standard star stars
start started starting starts startup stat state statement states static statistics
stats status stay std step still stock stop storage store stored stores str strategy
stream streams stretch strict string strings strip strong struct structure stuff
style su sub submit success such suite sum summary sun super support supported sure
surface sv sw switch sym symbol sync syntax sys system systems ta tab table tables
tabs tag tags tail take taken taking tar target task tasks tat tb tcp td te team
tell temp template templates temporary tenant term test testing tests text th than
that the them then there these they thing things third this those though thread
threads three threshold through throw throws thu thumbnail thus ti time timeline
timer times timestamp title tk tl tmp to todo tok token tokens too tool tools top
topic total tp tr trace track tracker tracking train trans transaction transfer
transform transition translate translation transparent transport tree trigger trip
true trusted try trying ts tu tuple turn tv tw two tx txt typ type typed types ui
uint uk ul um un unable under undo unexpected unicode uniform union unique unit
units unix unknown unless unlock unsafe unsupported until up update updated updates
upgrade upload upon upper ur uri url us usage use used user username users uses
using usually ut utf util utilities utility utils va val valid validate validation
validator validators value values var variable variant vars vault ve vector vendor
ver verification verify version very vi via video view virtual visibility visible
visit visitor vm void vs wa wait wake walk want wanted warehouse warm warn warning
was watch water way ways we weak web website wed week weight welcome well were wh
what whatever when where whether which while white who whole why wi width wiki will
win window windows winner wire with within without wo word words work worker workers
working works workspace world would wr wrap wrapped wrapper write writer writes
writing written wrong ws xml ya ye year yellow yes yet yield you your za ze zero zh
zip zone
"""
BOTH: Final = frozenset(_BOTH.split())
"""One token in lower case or capitalised, alone or after a space; two after punctuation."""

_LOWER: Final = """
abc acceptable accepted allocated alone ancestor anchors annotations ansi answered
appear argv arms ascending ascii asks assuming atoms attrs authenticated authorize
avail aware bash bc belongs bf blocked bounded bp branches bugs builtin bz came
canonical caught cb cc cfg cg chars checkpoint checksum chmod chosen chunks ck
classname closest cls cmp cn coded comes comma compiled compressed computed
configured confirmed consistent constructed contain contained contexts covers crawl
crc ctx cwd cycles daemon dart datetime dd decoded defs deny dependent deps deque
derive df digits dirname dirs discard django dm dn drv dst duplicates efficient
elapsed elif encoded encrypted ended entered erase errmsg errno escaped etc ew
exclude excluded excluding exe expects expire expired expires expiry explode fails
fallback fd ff fifo filepath filesystem filtered finite fm fmt fname folders
formatted fp frac ftp fullname gc getline gettext gg gid gm gp grp grpc gs gt gz
gzip halt handled handlers heartbeat holders holds hostname ht https identified ids
idx iff ignored implemented implements implicit implicitly inactive indent indexes
indices inherit inherits inode ints invalidate invert ipv issued issuer iterate
iteration iterations junk kb klass kwargs lc ld lhs licenses listeners localhost
localized loops lp ls mapped marked markers matched merged might milliseconds mkdir
mongodb mv mx nearest necessarily needle newline nl nn nonce noop notation noun np
npm numpy nums oauth objs obsolete occur omit onclick ones onto opaque opened opens
optimized opts ordinal ordinary outfile overwrite owns pairs panic particularly
passes passwd patched pathname paused performed pickle pid pip pipes pkg placed
plist plural pm pn pong portion postcode postgres pp pragma prepend preset prints
processed pseudo pthread pwd qp qs queued queues quota quoted raising ranges rb
reachable readonly recv refs regexp remain reported repr resent resolved retain
retval reuse rf rgb rgba rm rollback rolled rv said sanitize schemas searched
segments selectors served sku slug smtp specified spent sqrt srv ssh ssl stands
stash stderr stdin stdout stmt suffix tails takes terminate terminated termination
texts tg ticks timestamps tls tm tn toc tracked translated translations treated
tries truncate tt ttl tty turned typing tz udp uid ulong uname unc underscore
unfinished unlink unset unsigned unsubscribe unused unwrap uppercase urllib urls
usable usr usual utc uu uuid validated variance vc verbose verbosity vite vv
warnings wb webpack weekday weights whose wordpress writers ww www xp xs xx xxx yaml
zeros
"""
LOWER: Final = frozenset(_LOWER.split())
"""The same, in lower case alone."""

_SHY: Final = """
accept accessible according against aggregate agreement algorithm angle apache
architecture archive archives arrays asked attach attached attachment attempt
authority authorization automatic available behavior behind boost bootstrap boundary
branch brief building capacity carrier claims communication coordinates coverage
covered creates creating creation credential credits deadline decimal decoder
degrees deliver dependencies depends derived directive discussion dispatcher divide
division documentation domains errors especially estimate everything facility
finally fixtures flatten following foreign globals goal going guard guess guide
helpers highest highlight hosts however initialized inspection installed instantiate
issues joined joining keeping knowledge legacy letters lexer licensed lookup
mandatory meaning means measure methods minimal minimum minor minute minutes months
mostly necessary needed needs negative normalize normally nullable otherwise owned
ownership packages partial partition patterns payments peek people placeholder
popular populate population possible precision presence primitive probably qualified
receive records recursive redirect reduce related relation relative requirements
restart roots semantic setup severity shared shield shortcut should shows shutdown
signals signature similar singleton slave someone steps structured structures
subject submitted subscribe subscription successful supports swift symbols targets
temperature terminal terraform their timeout topics traffic typically ubuntu
undefined uploaded variables versions volume waiting
"""
SHY: Final = frozenset(_SHY.split())
"""Like `BOTH`, but up to three after some punctuation."""

_UPPER: Final = """
ABC AC ACCESS ACK ACTION ADD ADDRESS AF AGE ALL ALTER AM AND ANY API APP APPLICATION
ARG ARRAY AS ASCII ASM AT ATTR ATTRIBUTE AUTH AUTO AWS BAD BASE BE BEGIN BIN BIT
BLOCK BODY BOOL BR BREAK BUF BUILD BY BYTE CA CACHE CALL CAN CC CD CERT CFG CH
CHANNEL CHAR CHECK CLASS CLIENT CLOCK CM CMD CMP CN CO CODE COLOR COM CON CONFIG
CONNECT CONST COPY CORE COUNT CP CPU CR CRC CREATE CS CSS CSV CURRENT CV DATA DATE
DB DE DEBUG DEF DEFAULT DELETE DEV DIR DNS DO DOC DONE DOWN DROP DST EC ELEMENT
EMAIL EMPTY EN ENABLE END ENTITY ENTRY ENUM ENV EOF ERR ERROR ES EST ET EU EVENT EX
EXEC EXIT FAIL FALSE FAST FD FETCH FIELD FIFO FILE FILTER FIN FIRST FLOW FN FOR FORM
FOUND FR FREE FROM FTP FULL FUNCTION GB GC GE GEN GET GLOBAL GMT GNU GPU GROUP GT
HANDLE HAS HASH HDR HEAD HEADER HELP HEX HH HIGH HOME HOST HTML HTTP HTTPS ID IDS
IEEE IF IL IMPORT IN INDEX INF INFO INIT INNER INPUT INSERT INSTALL INSTANCE INT
INTEGER INVALID IO IP IS IT ITEM JOB JOIN JP JPEG JS JSON KB KEEP KEY KT KW LABEL
LANG LAST LC LE LEFT LEN LEVEL LF LI LIB LICENSE LIKE LIMIT LINE LINK LIST LOAD
LOCAL LOCATION LOCK LOG LOGGER LOGIN LONG LT MAC MAIL MAIN MAKE MAP MARK MATCH MAX
MB MD MESSAGE META METHOD MIN MM MOD MODE MODULE MORE MS MSG MY NAME NB NET NEW NEXT
NL NO NODE NON NONE NORMAL NOT NOTE NOW NP NS NT NULL OBJ OBJECT OF OK OLD ON ONE
ONLY OP OPEN OPTION OPTIONS OR ORDER ORM OS OTHER OUT OUTPUT OWN PAGE PARAM PASS
PASSWORD PATCH PATH PDF PHP PID PIPE PL PLACE PM POP PORT POS POST PRE PREFIX
PRIMARY PRINT PRIVATE PUT QUERY RAM RAW RE READ READY REF REGISTER REMOVE REPORT
REQUEST RESET RESOURCE REST RESULT RETURN RFC RGB RIGHT ROOT ROUND RPC RS RUN RX
SAFE SCRIPT SDK SEARCH SECOND SECRET SECTION SELECT SEND SEP SERVER SERVICE SESSION
SET SHORT SIG SITE SIZE SO SORT SOURCE SPACE SPECIAL SQL SRC SSH SSL ST STACK START
STATE STATIC STATUS STEP STOP STORE STR STREAM STRICT STRING STRUCT SUCCESS SUM SYS
SYSTEM TABLE TAG TARGET TASK TB TCP TEMP TERM TEST TEXT THE THIS THREAD TIME TITLE
TLS TMP TO TOKEN TOP TOTAL TRACE TRUE TRY TS TTL TYPE TZ UDP UI UID UK UNC UNDER
UNIT UNKNOWN UP UPDATE URI URL US USE USED USER UTC UTF UTIL UUID UX VALUE VAR
VERSION VM WAIT WAR WARN WARNING WEB WHERE WIDTH WINDOW WITH WORD WS WWW XML XXX
YEAR YES YYYY ZA ZERO
"""
UPPER: Final = frozenset(_UPPER.split())
"""The same as `LOWER`, in upper case alone."""

_WHOLE: Final = r"""
-Za -api -in -key -request -stock -token .Cart .Lock .Order .Path .Web .access .add
.answer .api .app .append .archive .args .billing .cancel .cart .catalog .catch .cc
.client .close .co .code .com .compile .config .context .count .create .dart .data
.debug .decode .default .dumps .encode .end .endswith .environ .error .errors
.example .exc .exception .execute .field .fields .file .first .format .func .get .go
.group .handle .has .id .images .info .int .is .items .java .join .js .key .lang
.last .level .line .lines .load .log .logger .lower .lua .mail .main .match .max .md
.message .model .modules .name .now .number .open .option .order .orders .org
.origin .page .parse .partition .path .pdf .php .pl .pop .process .py .query .queue
.raw .rb .read .record .records .register .render .replace .response .role .row
.rows .rs .run .scope .search .sections .send .server .set .shop .size .sock .source
.sources .split .start .startswith .stderr .stdout .stock .stop .store .strip .sub
.text .time .title .trace .transport .type .until .update .value .values .version
.view .visible .warn .webp .worker .write /account /api /app /bin /cart /db /lib
/local /log /mail /main /node /order /orders /process /products /python /search
/shop /site /src /task /test =False =None =True =lambda =self =true _BYTES _MAX
_NAME _address _after _alias _all _and _app _arg _args _argument _as _ascii _async
_at _base _body _by _bytes _cache _call _callback _class _client _cls _code
_complete _config _content _context _core _count _cursor _data _default _dict _dir
_done _encoding _error _errors _event _exc _exception _extra _factory _failed _fd
_field _fields _file _filename _files _finished _for _from _func _function _group
_handler _header _headers _id _ids _in _index _info _init _invoice _is _items _json
_key _kwargs _len _length _level _line _lineno _lines _list _logs _long _loop _map
_memory _message _metadata _method _mode _model _module _modules _ms _name _names
_namespace _ns _number _numbers _of _offset _on _one _only _option _options _or
_order _origin _params _parts _path _paths _per _port _prefix _process _range _read
_ref _repr _request _required _response _result _root _rows _schema _scope _seconds
_secret _seen _server _set _size _socket _source _spec _stack _start _state _str
_stream _string _task _template _text _thread _time _timeout _to _token _tokens
_type _types _up _url _validator _value _values _vars _version _with _worker
_wrapper
"""
_PLAIN: Final = """
ANSI Assertion Barrier Buffered Capability DETAIL Determine EUR Europe Explanation
Expressions Firefox Frozen Goals IPv ISO Infinity Initialization Interrupted Mozilla
OAuth Reporter SMTP SUMMARY Safari Secrets Semaphore Sweep TODO VALUES ZIP aba
aliases appropriate asking baseline basename boom buffers cab callbacks clip
customers delimiter directories distinct grams initializer layouts lie likely locals
malloc markup normalized pace perl picked poke possibly proof pytest quarter rare
recognized represented resident scaled sealed shown spawn sqlite steady strength
subscriptions taste timezone uploads variants young
"""
_SPACED: Final = """
Gecko HAVE INTO SHARE aborted across allowance annotated arbitrary assertion
asynchronous asyncio automatically backwards beginning begins benchmarks beside
buckets buffering cancellation cancelled carries carts causes clipped collected
compared compares compatibility considered containing correlation corresponding
counted debugging decorator decorators deepest directly discriminator distances
dotted dropped earlier enumerate envelope equivalent escapes exactly executable
executed explain explanation explicitly expressions falling fence flagged folded
follows frozen functools further getattr goes handshake happen hasattr hints
immediately implementations imported indicating interpreter invoices isinstance
itertools itself keeps kept leaves lifespan limiter longer longest looked mailbox
missed multiprocessing needles neighbours neither newest nobody noqa occurred
offsets oldest omitted outcome overload overridden parsing pathlib processes
programs provides punctuation ranked reached reaches readline recycled refused
rejected relaxed replaced representing returning rising says secrets separators
sequences setattr several shorten shortened skipped sockets specify sqlalchemy stale
statements stopped subclass subclasses subprocess sweep swept tells threading
thumbnails timedelta together told traceback traces trailing trends truncated
unchanged underlying unnamed violates waiter websocket whitespace wrote
"""
_ENDED: Final = r"""
" ") ", ": "} ' ') ', ': ( () (): ) )) ), ). ): , . : ] ], ]: }
"""
WHOLE: Final = frozenset(
    [
        *_WHOLE.split(),
        *_PLAIN.split(),
        *(f" {word}" for word in (_PLAIN + _SPACED).split()),
        *(f"{mark}\n" for mark in _ENDED.split()),
        "---",
        " ---",
        " ---\n",
        " (+",
        ")...",
        " <-",
        " <*>",
        "=/",
        "...\\",
        '\\",',
        "/<",
        ">]",
        ">\n",
    ]
)
"""Pieces that are one token as they stand, and seldom or never in another form."""

MARKS: Final = frozenset(
    {
        " !",
        " !!",
        " !=",
        ' "',
        ' """',
        ' "%',
        ' ")',
        ' ",',
        ' ","',
        ' "-',
        ' "--',
        ' ".',
        ' "/',
        ' ":',
        ' ":"',
        ' ";',
        ' ";"',
        ' ">',
        ' "\\',
        ' "]',
        ' "_',
        ' "}',
        " #",
        " ##",
        " #:",
        " $",
        " %",
        " %)",
        " &",
        " &&",
        " '",
        " '%",
        " '''",
        " ')",
        " ',",
        " ','",
        " '-",
        " '.",
        " ':",
        " ':'",
        " '<",
        " '\\",
        " ']",
        " '_",
        " '{",
        " (",
        ' ("',
        " ('",
        " ((",
        " ()",
        " ();",
        " (_",
        " )",
        " ))",
        " ),",
        " ).",
        " ):",
        " );",
        " *",
        " **",
        " *,",
        " */",
        " +",
        " ++",
        " +=",
        " ,",
        " -",
        " --",
        " ----",
        " -=",
        " ->",
        " .",
        " .'",
        " ..",
        " ...",
        " ../",
        " ./",
        " /",
        " /*",
        " //",
        " />",
        " :",
        " ::",
        " :=",
        " ;",
        " <",
        " </",
        " <<",
        " <=",
        " =",
        ' ="',
        " ==",
        " ====",
        " =>",
        " ={",
        " >",
        " ><",
        " >=",
        " >>>",
        " ?",
        " ??",
        " @",
        " [",
        ' ["',
        " ['",
        " [(",
        " [[",
        " []",
        " [{",
        " \\",
        ' \\"',
        " \\\\",
        " ]",
        " ],",
        " ]]",
        " ^",
        " _",
        " _,",
        " __",
        " `",
        " {",
        ' {"',
        " {'",
        " {_",
        " {{",
        " {}",
        " |",
        " ||",
        " },",
        " }:",
        " };",
        " }]",
        " }}",
        " ~",
        "!!",
        "!=",
        '"""',
        '")',
        '",',
        '","',
        '".',
        '"/',
        '":',
        '":"',
        '":["',
        '";',
        '">',
        '"\\',
        '"]',
        '"{',
        '"}',
        '"},',
        '"}}',
        "##",
        "%)",
        "&&",
        "')",
        "',",
        "','",
        "'.",
        "':",
        "':'",
        "'\\",
        "']",
        "'s",
        "'{",
        '("',
        '("%',
        '("\\',
        "('",
        "((",
        "()",
        "())",
        "(),",
        "().",
        "();",
        "(*",
        "(**",
        "([",
        "(_",
        "({",
        '({"',
        ')"',
        "))",
        "),",
        ").",
        "):",
        ");",
        ")[",
        ")\\",
        ")]",
        ")}",
        "**",
        "*/",
        "++",
        "+=",
        ',"',
        "--",
        "----",
        "->",
        ".'",
        "..",
        "...",
        "../",
        "./",
        "._",
        '/"',
        "/*",
        "//",
        "/>",
        ":%",
        ":'",
        "://",
        "::",
        ":]",
        ":{",
        "</",
        "<=",
        '="',
        "=%",
        "='",
        "=(",
        "=-",
        "==",
        "====",
        "=>",
        "=[",
        '=\\"',
        "=_",
        "={",
        ">:",
        "><",
        ">=",
        "??",
        '["',
        "['",
        "[-",
        "[:",
        "[:-",
        "[[",
        "[]",
        "[_",
        "[{",
        '\\"',
        "\\\\",
        "\\n",
        "](",
        "])",
        "],",
        "].",
        "]:",
        "][",
        "]]",
        "]],",
        "_,",
        "_.",
        "_:",
        "__",
        '{"',
        "{{",
        "{}",
        "||",
        '}"',
        "},",
        '},{"',
        "}:",
        "};",
        "}\\",
        "}]",
        "}{",
        "}}",
    }
)
"""Runs of punctuation; what `tokens` calls a mark. A line end after one adds one at most."""
