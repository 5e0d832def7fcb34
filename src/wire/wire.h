/* What an agent writes for ajar to read: a segment of shared memory with a header, some rings of records
 * (lanes) and an array of stack nodes.
 *
 * Valid C and C++, with types of its own, so that an agent without a standard library, a BPF program and ajar
 * all include this file. All values are in the byte order of the machine, which both sides share. This is
 * transport, not format: writer and reader are of one build (`version` and `layout` must be equal), and
 * nothing of it goes to disk.
 *
 * Order. Events that close carry the time before the call, events that open the time after it: whatever order
 * two threads' records come in, for one descriptor number a close is earlier than the open that reuses the
 * number. Every record has a time, by which the reader puts those of several lanes in order.
 */
#ifndef AJAR_WIRE_WIRE_H
#define AJAR_WIRE_WIRE_H

typedef __UINT8_TYPE__ ajar_u8;
typedef __UINT16_TYPE__ ajar_u16;
typedef __UINT32_TYPE__ ajar_u32;
typedef __UINT64_TYPE__ ajar_u64;
typedef __INT32_TYPE__ ajar_s32;

#define AJAR_WIRE_MAGIC 0x31676573726a61ULL /* "ajrseg1" */
#define AJAR_WIRE_VERSION 6u

/* The clock of the times that records have. Which one is the session's choice: its folder's name says it. */
#define AJAR_CLOCK_MONOTONIC 1u /* CLOCK_MONOTONIC, nanoseconds */
#define AJAR_CLOCK_COUNTER 2u   /* the processor's time stamp counter, where it goes evenly everywhere */

/* One cell of a lane: a cache line. A record takes one cell or several in a row; its first cell begins with
 * ajar_record. */
#define AJAR_CELL 64u
/* The most cells one record takes: a path of PATH_MAX with room to spare. */
#define AJAR_MAX_CELLS 72u

/* The lanes of a segment. Threads share them, but each keeps to one while there is room in it, so that the
 * processors rarely take `head` from each other. The first one is for what the others' records refer to (the
 * image and its modules), and is read before them. */
#define AJAR_LANES 8u
#define AJAR_IMAGE_LANE 0u

enum ajar_image_started { AJAR_STARTED_EXEC = 1, AJAR_STARTED_FORK = 2, AJAR_STARTED_INJECTED = 3 };

/* A lane's ring: where it is written and where it is read. What the two sides write lies in cache lines of
 * its own, and so do lanes. `cells` is a power of two: so many cells have memory, and a position is taken
 * modulo it. It doubles, up to lane_cells, before any position has come to it; AJAR_CELLS_STAY says that it
 * will not any more. */
#define AJAR_CELLS_STAY 1u
struct ajar_lane {
  ajar_u64 head __attribute__((aligned(64))); /* cells reserved so far; only grows */
  ajar_u64 room;  /* cells up to here may be reserved, as some writer last found, or fewer */
  ajar_u32 cells; /* and AJAR_CELLS_STAY */
  ajar_u64 tail __attribute__((aligned(64))); /* cells taken so far; the consumer's */
} __attribute__((aligned(64)));

/* What an agent asks ajar to do, and waits for, but never for long (Windows'). The agent takes a free place,
 * and frees it again; ajar answers what it finds asked, by its number. */
enum ajar_request_state {
  AJAR_REQUEST_FREE = 0,
  AJAR_REQUEST_TAKEN = 1, /* being filled in */
  AJAR_REQUEST_ASKED = 2
};
enum ajar_request_kind {
  AJAR_REQUEST_ENTER = 1, /* to enter the process `pid`, which stands still until then */
  AJAR_REQUEST_LOOK = 2   /* to read this process's table, which is its last: it is about to end */
};
struct ajar_request {
  ajar_u32 state; /* enum ajar_request_state */
  ajar_u32 kind;  /* enum ajar_request_kind */
  ajar_u32 pid;
  ajar_u32 number;   /* of this request */
  ajar_u32 answered; /* ajar's: the number of the last one that it has done */
  ajar_u32 reserved[3];
};
#define AJAR_REQUESTS 8u

/* What the agent answers to whoever bids it begin (Windows'). */
enum ajar_begun {
  AJAR_BEGUN = 0,
  AJAR_RECORDED_BY_ANOTHER = 1, /* another ajar, which lives */
  AJAR_OF_ANOTHER_VERSION = 2,
  AJAR_NO_MEMORY = 3,
  AJAR_NEVER_STILL = 4,     /* the process's threads could not be made to stand still */
  AJAR_GIVEN_UP = 5,        /* the segment is detached already */
  AJAR_NO_CODE_ALLOWED = 6, /* the process allows no code that is made at run time */
  AJAR_BEGUN_ANSWERS = 7
};

/* Bits for the rows of the catalog's table of Windows' calls. */
#define AJAR_CALL_WORDS 8u

/* The header, at the beginning of the segment. */
struct ajar_segment {
  ajar_u64 magic; /* written last: before that the segment is not ready */
  ajar_u32 version;
  ajar_u32 layout;  /* sizeof(struct ajar_segment) */
  ajar_u32 clock;   /* AJAR_CLOCK_… */
  ajar_u32 entries; /* rows in the catalog's table of entry points: the ids of ajar_event.entry go up to it */
  ajar_u64 size;    /* of the whole segment, bytes */
  ajar_u64 ring_offset; /* of the first lane's cells; the others' follow */
  ajar_u64 nodes_offset;
  ajar_u32 lane_cells; /* of each lane, the most; a power of two */
  ajar_u32 nodes_capacity;
  ajar_u64 key;        /* names this segment among those of a session */
  ajar_u64 parent_key; /* AJAR_STARTED_FORK: the segment of the process it was forked from */
  ajar_u32 node_base;  /* node ids up to this one are the parent segment's nodes */
  ajar_u32 pid;        /* as the process sees it */
  ajar_u32 parent_pid;
  ajar_u32 started;       /* enum ajar_image_started */
  ajar_u64 pid_namespace; /* the inode of /proc/self/ns/pid; 0: not known */
  ajar_u64 created;       /* CLOCK_MONOTONIC, nanoseconds */

  /* Read often, written seldom. */
  ajar_u32 detached
      __attribute__((aligned(64))); /* by the consumer, 1: nobody will read any more; the agent goes quiet */
  ajar_u32 stalled;    /* 1 while the lanes are full and a bounded wait has shown that nobody empties them */
  ajar_u32 exited;     /* 1 once the process has written its last snapshot */
  ajar_u32 nodes_used; /* nodes written so far (ids node_base + 1 … node_base + nodes_used) */
  ajar_u64 lost;       /* events dropped because the lanes were full */

  struct ajar_request requests[AJAR_REQUESTS] __attribute__((aligned(64)));
  ajar_u32 looks;       /* ajar's: how often it has looked */
  ajar_u32 not_entered; /* children that ran on before ajar had entered them */
  ajar_u32
      not_seen[AJAR_CALL_WORDS]; /* calls whose code is not the system's own, so that it was left alone */

  struct ajar_lane lanes[AJAR_LANES];
} __attribute__((aligned(64)));

/* The first bytes of a record. `stamp` is the low half of the record's position in its lane plus one, stored
 * last (with release): so a cell that holds an older lap's record, or one that is being written, is never
 * taken for a whole one, and a reader that finds a hole (a thread that was killed while it wrote) can find
 * the next record after it. */
struct ajar_record {
  ajar_u32 stamp;
  ajar_u8 kind; /* enum ajar_record_kind */
  ajar_u8 cells;
  ajar_u16 length; /* bytes used of the cells */
  ajar_u64 time;   /* when it happened, where a record's own comment doesn't say otherwise; not of a PAD */
};

enum ajar_record_kind {
  AJAR_RECORD_PAD = 1, /* fills the lane's last cells when a record does not fit there */
  AJAR_RECORD_EVENT = 2,
  AJAR_RECORD_MODULE = 3,
  AJAR_RECORD_MODULE_GONE = 4,
  AJAR_RECORD_THREAD = 5,
  AJAR_RECORD_IMAGE = 6,
  AJAR_RECORD_TABLE_BEGIN = 7,
  AJAR_RECORD_TABLE_ROW = 8,
  AJAR_RECORD_TABLE_END = 9,
  AJAR_RECORD_CHILD = 10,
  AJAR_RECORD_EXEC = 11,
  AJAR_RECORD_EXEC_FAILED = 12,
  AJAR_RECORD_REFUSED = 13,
  AJAR_RECORD_PLACE = 14
};

enum ajar_effect {
  AJAR_EFFECT_OPEN = 1,
  AJAR_EFFECT_PAIR = 2, /* `handle` and `other` were opened */
  AJAR_EFFECT_CLOSE = 3,
  AJAR_EFFECT_DUPLICATE = 4, /* `handle` is a duplicate of `other`, or was to be, where there is an error */
  AJAR_EFFECT_REPLACE =
      5, /* the same, and `handle` was closed first if it was open; see AJAR_PAYLOAD_BEFORE */
  AJAR_EFFECT_ADDRESS = 6,    /* the socket `handle` was connected to the address in the payload */
  AJAR_EFFECT_CLOSE_RANGE = 7 /* what was open from `handle` to `other`, both included, was closed */
};

enum ajar_payload {
  AJAR_PAYLOAD_NONE = 0,
  AJAR_PAYLOAD_TEXT = 1,    /* a path or a name, no NUL */
  AJAR_PAYLOAD_ADDRESS = 2, /* a sockaddr as the kernel has it */
  AJAR_PAYLOAD_SOCKET = 3,  /* three ajar_u32: domain, type, protocol */
  AJAR_PAYLOAD_BEFORE = 4,  /* ajar_u64: the time before the call */
  AJAR_PAYLOAD_CLIENT = 5   /* two ajar_u32: the numbers of a process and of a thread of it; 0: of none */
};

enum ajar_managed {
  AJAR_MANAGED_NONE = 0,
  AJAR_MANAGED_WHOLE = 1,
  AJAR_MANAGED_CUT = 2 /* there are frames further out, for which the agent had no room */
};

/* A handle event. After it in the cells: `payload_length` bytes of payload, then, from the next multiple of 8
 * on, where `managed` says so, an ajar_u64 that is the node of the outermost managed frame, and, when
 * `stack` is 0 and `raw_frames` is not, that many ajar_u64 return addresses, innermost first. */
struct ajar_event {
  struct ajar_record record;
  ajar_u32 tid;
  ajar_u32 stack; /* node id of the outermost frame */
  ajar_s32 handle;
  ajar_s32 other; /* of an OPEN on Windows: the handle of the object in which the name is one; else 0 */
  ajar_s32 error; /* errno, or an NTSTATUS; 0 when the call succeeded */
  ajar_u32 flags; /* O_… as asked for */
  ajar_u16 entry; /* row of the catalog's table of entry points, from 1; behind them its rows of kernel calls:
                     the call was made by its number. On Windows the row of its table of calls */
  ajar_u8 effect; /* enum ajar_effect */
  ajar_u8 payload; /* enum ajar_payload */
  ajar_u16 payload_length;
  ajar_u8 raw_frames;
  ajar_u8 managed; /* enum ajar_managed */
};

/* A mapped file of code. After it: the path. */
struct ajar_module {
  struct ajar_record record;
  ajar_u32 generation; /* of the module list, from this record on */
  ajar_u16 path_length;
  ajar_u16 build_id_length;
  ajar_u64 bias, begin, end;
  ajar_u8 build_id[32]; /* on Windows an ajar_pe_identity */
};

/* What an image of Windows is known by. `pdb` is its debug directory's GUID and age, or zeros. */
struct ajar_pe_identity {
  ajar_u32 timestamp;
  ajar_u32 size_of_image;
  ajar_u8 pdb_guid[16];
  ajar_u32 pdb_age;
  ajar_u32 has_pdb;
};

struct ajar_module_gone {
  struct ajar_record record;
  ajar_u32 generation; /* of the module list, from this record on */
  ajar_u32 reserved;
  ajar_u64 begin;
};

/* Where managed code called out of itself (CPython's, say, of which the processor's own stack shows nothing
 * but the interpreter): what nodes of MANAGED frames refer to. In the image's lane, before the first of them.
 * After it: the function, then the file, both UTF-8. */
struct ajar_place {
  struct ajar_record record;
  ajar_u32 place; /* 1, 2 … */
  ajar_u32 line;  /* 0: not known */
  ajar_u16 function_length;
  ajar_u16 file_length;
  ajar_u32 reserved;
};

/* A thread's first record, right before the first thing that it tells of. */
struct ajar_thread {
  struct ajar_record record;
  ajar_u32 tid;
  ajar_u32 reserved;
  char name[16];
};

/* After it: the path of the executable, then the command line, its arguments separated by NULs. */
struct ajar_image {
  struct ajar_record record;
  ajar_u16 path_length;
  ajar_u16 command_length;
  ajar_u32 reserved;
};

enum ajar_table_taken { AJAR_TABLE_AT_START = 1, AJAR_TABLE_AT_EXIT = 3 };

/* A descriptor table, read from inside: TABLE_BEGIN, a TABLE_ROW each, TABLE_END, in this order but perhaps
 * with events between. */
struct ajar_table {
  struct ajar_record record;
  ajar_u32 taken; /* enum ajar_table_taken */
  ajar_u32 complete;
};

/* After it: what readlink says of the descriptor, then a socket's own address, then its peer's. */
struct ajar_table_row {
  struct ajar_record record;
  ajar_s32 handle;
  ajar_u16 link_length;
  ajar_u8 local_length;
  ajar_u8 peer_length;
  ajar_u16 family, type, protocol; /* of a socket; else 0 */
  ajar_u16 reserved;
};

enum ajar_child_how { AJAR_CHILD_FORK = 1, AJAR_CHILD_VFORK = 2, AJAR_CHILD_CLONE = 3 };

/* A process was made, which should report in by itself. Written by its parent once the call has returned,
 * with the time before it. */
struct ajar_child {
  struct ajar_record record;
  ajar_s32 pid;
  ajar_u32 how; /* enum ajar_child_how */
  ajar_u32 user;
  ajar_u32 sandboxed; /* 1: under a filter of system calls; the agent makes none there to report in */
};

/* What a program's environment has of the agent. */
#define AJAR_ENVIRONMENT_AGENT 1u
#define AJAR_ENVIRONMENT_SESSION 2u

enum ajar_exec_how {
  AJAR_EXEC_ITSELF = 1, /* `pid` is about to execute it: the last word of an image, unless it fails */
  AJAR_EXEC_SPAWNED = 2 /* a child that executes it was made, or is about to be: then its pid is 0 */
};

/* Which program a process becomes, with the time before the call. After it: the path. */
struct ajar_exec {
  struct ajar_record record;
  ajar_s32 pid;
  ajar_u32 how; /* enum ajar_exec_how */
  ajar_u32 user;
  ajar_u16 path_length;
  ajar_u8 environment; /* AJAR_ENVIRONMENT_… */
  ajar_u8 sandboxed;   /* as in ajar_child */
};

/* EXEC_FAILED: the process goes on as what it was. REFUSED: a forked child, which writes this into its
 * parent's segment, can have no segment of its own. */
struct ajar_failure {
  struct ajar_record record;
  ajar_s32 pid;
  ajar_s32 error;
  ajar_u32 user;
  ajar_u32 reserved;
};

enum ajar_node_kind {
  AJAR_NODE_CALL = 1,         /* pc is the address after a call */
  AJAR_NODE_INTERRUPTED = 2,  /* pc is the address where a signal came */
  AJAR_NODE_CUT = 3,          /* the stack goes on, but was not followed: too deep, or no room */
  AJAR_NODE_NO_UNWIND = 4,    /* the stack could not be followed: the callee has no call-frame information */
  AJAR_NODE_ROOT = 5,         /* what innermost frames have as their callee: no frame at all */
  AJAR_NODE_RUNS_MANAGED = 6, /* a CALL by the loop in which a runtime interprets its code: the frames of that
                                 code stand here */
  AJAR_NODE_MANAGED = 7       /* one of them; in a tree of its own. pc: see AJAR_MANAGED_… */
};

/* The pc of a MANAGED node: the place, and whether its frame is the outermost of those that one activation of
 * the interpreter's loop runs. */
#define AJAR_MANAGED_PC(place, enters) ((place) * 2ull + ((enters) ? 1u : 0u))
#define AJAR_MANAGED_PLACE(pc) ((pc) >> 1u)
#define AJAR_MANAGED_ENTERS(pc) (((pc) & 1u) != 0)

/* A stack is the path from its outermost frame's node to a root: `callee` is the node of the frame that this
 * one called. Ids count from node_base + 1. Never changed once nodes_used counts it. */
struct ajar_node {
  ajar_u64 pc;
  ajar_u32 callee;
  ajar_u32 generation_kind; /* generation of the module list << 8 | enum ajar_node_kind */
};

#endif
