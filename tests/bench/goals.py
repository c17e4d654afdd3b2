"""What the figures of the bench are measured against.

Goals are upper bounds of instructions per operation, for kernel-mode threads and for user threads on one core, protection on; where there
is none for user threads, theirs is the same. `others` is the best we know of another system: same machine, same way of counting, kernel threads.
"""
from collections import namedtuple

Key = namedtuple('Key', 'what goal user others')


def of(what, goal=None, user=None, others=''):
    return Key(what, goal, user or goal, others)


def within_log(figures):
    """sleep_insert_10k: a search among 10,000 takes log(10,000) / log(10) = 4 times that among 10 at most."""
    few = figures.get('sleep_insert_10')
    return None if few is None else 4 * few


LIFE = 'Life, a cell and generation, '
KEYS = {
    'syscall_null': of('system call that does nothing', None, 45, 'Zephyr 215'),
    'yield': of('yield between equal threads', 80, 100, 'ThreadX 80'),
    'yield_10k': of('the same, 10,000 threads', 80, 100, 'flat but for Zephyr'),
    'sem_uncontended': of('semaphore post and wait, uncontended', 16, None, 'ThreadX 33'),
    'mutex_uncontended': of('mutex lock and unlock, uncontended', 16, None, 'LK 57'),
    'mutex_guard': of('the same through LOCK_GUARD', 16),
    'mutex_block': of('mutex that blocks: 2 switches, hand-off'),
    'mutex_block_off': of('the same, deadlock detector off'),
    'atomic_section': of('atomic section, in and out', 6),
    'sem_pingpong': of('semaphore ping-pong, a round of 2 switches', 320, None, 'LK 380'),
    'resume_suspend': of('resume a more urgent thread, it suspends', 200, None, 'Zephyr 207'),
    'create_exit_join': of('create, run, exit and join', 500, None, 'ThreadX 543'),
    'irq_to_thread': of('timer interrupt to thread running', 200, None, 'ThreadX 209'),
    'message_32': of('message of 32 bytes, send and receive', 150, None, 'ThreadX 184'),
    'sleep_insert_10': of('falling asleep and waking, among 10'),
    'sleep_insert_10k': of('falling asleep and waking, among 10,000', within_log, None, 'FreeRTOS 26,897'),
    'max_irq_latency_10k_sleepers': of('10,000 sleepers: the latest an urgent one runs', 2000, None, 'ThreadX 480,188'),
    'fault_to_report': of('from a fault to the thread that joins'),
    'heap_alloc_free': of('shared heap, alloc and free of 64 bytes'),
    'private_alloc_free': of('private heap, alloc and free of 64 bytes'),
    'private_heap_end': of('exit and join with a private heap, more by'),
    'tm_basic': of('classic: basic (an array of 1,024 words)'),
    'tm_cooperative': of('classic: cooperative', 82, None, 'ThreadX 83'),
    'tm_preemptive': of('classic: preemptive', 199, None, 'ThreadX 200'),
    'tm_interrupt': of('classic: interrupt', 158, None, 'ThreadX 159'),
    'tm_interrupt_preemption': of('classic: interrupt preemption', 344, None, 'Zephyr 345'),
    'tm_message': of('classic: message of 16 bytes', 183, None, 'ThreadX 184'),
    'tm_synchronization': of('classic: synchronization', 48, None, 'LK 49'),
    'tm_memory': of('classic: memory, alloc and free of 128 bytes', 63, None, 'Zephyr 64'),
    'life_barrier_1024': of(LIFE + '32 x 32', 180, 200, 'Zephyr 798 (semaphores)'),
    'life_barrier_4096': of(LIFE + '64 x 64', 190, 210, 'Zephyr 798'),
    'life_barrier_16384': of(LIFE + '128 x 128', 190, 210, 'Zephyr 798'),
    'life_neighbour_4096': of(LIFE + 'neighbours', 600, None, 'Zephyr 798'),
    'life_channel_4096': of(LIFE + 'channels'),
    'life_barrier_65536': of(LIFE + '256 x 256', 190, 210, 'Zephyr 798'),
    'life_barrier_262144': of(LIFE + '512 x 512', 190, 210, 'Zephyr 798'),
    'life_barrier_1048576': of(LIFE + '1024 x 1024', 190, 210, 'Zephyr 798'),
}

# Not measured unless they are asked for.
LARGE = {'life_barrier_65536', 'life_barrier_262144', 'life_barrier_1048576'}

# What is of interest in user mode first of all has its bare name there.
OF_USER_MODE = {'syscall_null', 'fault_to_report', 'heap_alloc_free', 'private_alloc_free', 'private_heap_end'}


def name_of(key, mode):
    """In the JSON object. mutex_user is short for what its length says."""
    if key in OF_USER_MODE:
        return key if mode == 'user' else key + '_kernel'
    if mode == 'user':
        return 'mutex_user' if key == 'mutex_uncontended' else key + '_user'
    return key


def goal_of(key, mode, figures):
    """The bound of a key, or None. figures: of this mode, for bounds that are relative."""
    bound = KEYS[key].user if mode == 'user' else KEYS[key].goal
    return bound(figures) if callable(bound) else bound
