"""Words and punctuation that cost one token.

The words of logs and of the programs that write them, and no more of the language than
that: a word that is missing here is counted too high, never too low. That each of them is
one token is proved in the tests against the tokenizer's own vocabulary.
"""

from typing import Final

_BOTH: Final = """
able abort about above ac access account action active activity actual ad add added
address admin af after again age agent ago ai al alert alias alive all alloc allow
allowed already also alt always am amount an analysis and annotation another any api
app append application apply apr ar are arg argument array as ask assert asset
assign assigned async at attr attribute au audit aug auth authentication auto av avg
aw await ax ay back backend background backup bad balance bar base based basic batch
bb bd be because been before begin being below best better between bg big bin binary
bind bit bl black block blue bo body bool boolean boot both bottom bound box br
break bridge broken broker browser bs bt bu bucket buf buffer bug build bulk bundle
business busy but button by byte bytes ca cache cached call callback called caller
calls can cancel cannot cap card cart case cast catalog catch category cause cd ce
cell center central cert certificate cf ch chain change changed channel char
character charge chat check checked checking checkout child children choice chrome
chunk ci cipher city cl class clean cleanup clear click client clock clone close
closed closing cloud cluster cm cmd co code codec collect collection color column
com combined command commit common community compact company compare compatible
compile complete completed component compress compute computer con cond condition
conf config configuration configure confirm conn connect connected connecting
connection connections connector console const constant constraint construct consume
consumer container contains content context continue control controller convert
cookie copy core correct cost could count counter country cp cpu cr create created
credentials credit critical cron cs css ct cu current currently cursor custom
customer cut cv cycle da daily dashboard data database dataset date day days db dc
de dead debug dec decode deep def default define defined definition del delay delete
deleted delivery demo dep depend dependency deploy deployment deprecated depth desc
description design destination detail details detect dev developer development
device di dialog dict did diff different digest dir direct direction directory dirty
disable disabled disconnect discover disk dispatch display distributed dl do doc
docker document does domain done down download dr drive driver drop ds dt du due
dump duplicate duration during dw dx dynamic ea each early eb ec ed edge edit ee ef
effect eh el elastic element else em email empty en enable enabled encode encoding
end endpoint engine ensure enter entity entries entry enum env environment ep equal
er err error es escape et eth eu ev evaluate event events every ex exact example
except exception exceptions exec execute execution executor exist existing exists
exit expect expected export express expression extend extended extension external
extra extract ey fa face fact factor factory fail failed failure fake false fast
fatal fault fb fc fe feature feb feed fetch fi field fields file filename files fill
filter final find finish finished fire first fix fixed fl flag flags flow flush fn
fo focus folder follow font for force fork form format forward found fr frame
framework free frequency fri from front fs ft fu full function future ga game gap
gateway gb ge gen general generate generated generator generic get gh gi git github
given gl global gn go good google gr grant graph green group groups gu guest ha had
half handle handler handling hard has hash have having hd he head header headers
health heap height hello help here hex hi hidden high history hit hits hl ho hold
home hook host hour hours how hp hr html http hu hub ia ib ic id identifier identity
idle ie if ignore il im image img impl implementation import important in include
included incoming increment index info inform information ini init initial
initialize inner input insert inside install instance instances instead int integer
integration interactive interface internal internet interrupt interval into invalid
inventory invoke io ip ir is issue it item items its ja jan java javascript jdbc jo
job jobs join js json jul jun just ka ke keep kernel key keys kg ki kill kind km
know known ko kw la label lag lambda lang language large last late later latest
launch layer layout lazy le lead leader least leave left len length less level li
lib library license life like limit limits line lines link linux list listen
listener lists live ll lo load loaded loader loading local locale location lock
locked log logged logger login logout logs long look loop lost lower lt lu lua ly ma
mac mail main make making manager manifest manual many map mapping mar march mark
master match max maximum may mb mc md me media member memory merge message messages
meta metadata method metric metrics mi micro middleware migration min mirror misc
missing ml mm mo mobile mock mod mode model modified module modules moment mon mongo
monitor month more most mount mounted move mp mr ms msg mt mu multi multiple mutex
my mysql na name names native nb nd ne near need net network never new next ng ni
nil nm no node nodes non none normal not note nothing notice notification notify nov
now nr ns nt nu null num number numbers ob obj object objects observer oc oct od of
off offer office offline offset oh ok ol old om on once one online only op open
opening operation operations operator option optional options or oracle order
ordered orders org organization origin original os ot other ou our out output over
overflow override ow own owner ox pa pack package packet page pages pair panel
parallel param parameter parameters params parent parse parsed parser part partner
pass passed password patch path paths pattern pause payload payment pc pd pe peer
pending per percent perform performance period permission permissions permit persist
pg ph phase phone php pi ping pipe pipeline pl place plan platform play please
plugin pod point policy poll pool pop port ports pos position post power pr pre
prefix prepare prepared present press prev previous price primary print priority
private probe problem process processing processor prod produce producer product
production products profile program progress project prom promise prompt proper
properties property protected protocol provide provided provider proxy ps pt pu pub
public publish published publisher pull purchase push put python qa qu query queue
quick quit ra rabbit rails random range rank rate raw rc re react read reader
reading ready real reason received recent record recover red redis ref reference
refresh region register registered registration registry regular reject release
released reload remaining remote remove removed rename render repeat replace reply
repo report repository req request requested requests require required reserve reset
resize resolve resolver resource resources response responses rest restore result
results resume retry return returned returns reverse review revision ri right ro
role room root rotate round route router routes routing row rows rpc rs rt ruby rule
rules run runner running runtime rust rx ry sa safe same sample sat save saved sb sc
scale scan schedule scheduled scheduler schema scope score screen script sd se
search sec second secondary seconds secret section secure security see segment
select selected self send sender sending sensor sent sep seq sequence serial series
server servers service services session sessions set sets setting settings sh share
shell ship shipping shop short show si side sign signal signed silent simple since
single site size sk skip sl sleep slot slow sm small smart sn so socket soft some
sort source sources sp space span spark special specific speed split spring sql sr
src ss st stack stage standard start started starting startup state statement static
statistics stats status step still stock stop storage store stored str strategy
stream strict string strings strong struct structure style su sub submit success
such suite sum summary sun support supported sure sv sw switch symbol sync syntax
sys system ta table tables tag tags tail take taken target task tasks tb tcp td te
team temp template temporary tenant term test testing tests text th than that the
them then there these they thing this thread threads threshold through throw throws
thu ti time timer times timestamp title tk tl tmp to token tokens too tool top topic
total tr trace track train transaction transfer transform transition transport tree
trigger true try trying ts tu turn tv two tx type types ui uk ul um un unable under
unexpected union unique unit unix unknown unless unlock unsupported until up update
updated updates upgrade upload ur uri url us usage use used user username users
using ut util utils va valid validate validation validator value values var variable
vault ve vendor verify version very vi via video view virtual visible visit vm vs wa
wait wake want warehouse warm warn warning was watch way we web wed week weight well
were wh what when where which while white who wi width will window windows with
within without wo word words work worker workers working workspace would write
writer writing written wrong ws xml ya ye year yes yet you your za ze zero zh zone
"""
BOTH: Final = frozenset(_BOTH.split())
"""One token in lower case or capitalised, alone or after a space; two after punctuation."""

_LOWER: Final = """
acceptable bash bc blocked bp builtin cb cc cg checkpoint checksum ck cn compiled
compressed configured contain crawl daemon dd decoded deny df discard django dm dn
elapsed encrypted ended etc ew exclude expire expired fallback fd ff fm fp gc gg gm
gp grpc gs gt halt handled handlers heartbeat ht https ids idx ignored inactive
inode kb ld lp ls mapped matched might mongodb mv mx nl nn npm opened panic pid pip
pm pn postgres pp processed queued quota rb remain resolved rf rm rollback specified
ssh ssl terminate terminated timestamps tm tn tt udp utc uu vc verbose vite vv
warnings webpack wordpress ww xp xs xx yaml
"""
LOWER: Final = frozenset(_LOWER.split())
"""The same, in lower case alone."""

_SHY: Final = """
accept against apache attach attempt authorization automatic available boost branch
building capacity carrier creating creation deadline dependencies errors estimate
finally following foreign guard guide hosts initialized installed lookup methods
minute minutes needed negative packages partial partition possible probably receive
records recursive redirect reduce related relation restart setup shared should
shutdown signature similar steps subject submitted subscribe subscription successful
swift terminal terraform their timeout traffic ubuntu undefined uploaded versions
volume waiting
"""
SHY: Final = frozenset(_SHY.split())
"""Like `BOTH`, but up to three after some punctuation."""

_UPPER: Final = """
ACCESS ACK ADDRESS ALTER AM AND API APP AS AT AUTH AWS BEGIN BLOCK BY CA CLIENT CN
CODE CONNECT COUNT CPU CREATE CSS CSV DATA DB DEBUG DEFAULT DELETE DEV DNS DOWN DROP
EC END ENV EOF ERR ERROR EST EU EXIT FAIL FALSE FILE FIN FOR FROM FTP GB GC GET GMT
GPU HEAD HOME HOST HTML HTTP HTTPS ID IF IN INDEX INF INFO INIT INSERT INVALID IO IP
IS JOB JSON KB KEY LIMIT LINE LOCK LOG MAIN MAX MB MIN MSG NAME NEW NO NODE NONE NOT
NULL OF OK OLD ON OPEN OPTIONS OR ORDER ORM OS PASS PASSWORD PATCH PATH PDF PHP PID
PM PORT POST PRIMARY PUT RAM READ REQUEST RESET RPC SDK SELECT SERVER SESSION SET
SIG SQL SSH SSL START STATE STATUS STOP SUCCESS SUM SYSTEM TABLE TASK TCP TERM TEST
THE THREAD TLS TO TOKEN TRACE TRUE TYPE UDP UI UID UK UNKNOWN UP UPDATE URI URL US
USER UTC UTF UX VALUE VM WAIT WAR WARN WARNING WEB WHERE WITH XML YES
"""
UPPER: Final = frozenset(_UPPER.split())
"""The same as `LOWER`, in upper case alone."""

MARKS: Final = frozenset(
    {
        " !",
        " !!",
        " !=",
        ' "',
        ' ")',
        ' ",',
        ' ","',
        ' "/',
        ' ":',
        ' ":"',
        ' ";',
        ' ";"',
        ' ">',
        ' "]',
        ' "}',
        " #",
        " ##",
        " $",
        " %",
        " %)",
        " &",
        " &&",
        " '",
        " ')",
        " ',",
        " ','",
        " ':",
        " ':'",
        " ']",
        " (",
        ' ("',
        " ('",
        " ((",
        " ()",
        " ();",
        " )",
        " ))",
        " ),",
        " ).",
        " ):",
        " );",
        " *",
        " **",
        " */",
        " +",
        " ++",
        " +=",
        " ,",
        " -",
        " --",
        " ----",
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
        " ;",
        " <",
        " </",
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
        " ?",
        " ??",
        " @",
        " [",
        ' ["',
        " ['",
        " [[",
        " []",
        " [{",
        ' \\"',
        " \\\\",
        " ]",
        " ],",
        " ]]",
        " ^",
        " _",
        " __",
        " `",
        " {",
        ' {"',
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
        '")',
        '",',
        '","',
        '"/',
        '":',
        '":"',
        '":["',
        '";',
        '">',
        '"]',
        '"}',
        '"},',
        '"}}',
        "##",
        "%)",
        "&&",
        "')",
        "',",
        "','",
        "':",
        "':'",
        "']",
        "'s",
        '("',
        "('",
        "((",
        "()",
        "();",
        "))",
        "),",
        ").",
        "):",
        ");",
        "**",
        "*/",
        "++",
        "+=",
        "--",
        "----",
        "->",
        ".'",
        "..",
        "...",
        "../",
        "./",
        "/*",
        "//",
        "/>",
        "://",
        "::",
        ":{",
        "</",
        "<=",
        '="',
        "==",
        "====",
        "=>",
        "={",
        "><",
        ">=",
        "??",
        '["',
        "['",
        "[[",
        "[]",
        "[{",
        '\\"',
        "\\\\",
        "\\n",
        "],",
        "]:",
        "]]",
        "__",
        '{"',
        "{{",
        "{}",
        "||",
        "},",
        '},{"',
        "}:",
        "};",
        "}]",
        "}}",
    }
)
"""Runs of punctuation; what `tokens` calls a mark. A line end after one adds one at most."""
