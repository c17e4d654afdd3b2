"""Life on one big integer: a second, independent reference, quick enough for thousands of generations.

Bit y * width + x is cell x,y. The edges of a torus are handled by turning rows and columns, those of a plane by masks.
"""


class BitLife:
    def __init__(self, width, height, torus=True, birth=1 << 3, survive=1 << 2 | 1 << 3):
        self.width, self.height, self.torus, self.birth, self.survive = width, height, torus, birth, survive
        self.size = width * height
        self.all = (1 << self.size) - 1
        self.left = sum(1 << y * width for y in range(height))
        self.right = self.left << width - 1
        self.cells = 0
        self.generation = 0

    def put(self, rows, x=0, y=0):
        for dy, row in enumerate(rows):
            for dx, alive in enumerate(row):
                if alive:
                    self.cells |= 1 << (y + dy) * self.width + x + dx
        return self

    def rows(self):
        return [[self.cells >> y * self.width + x & 1 for x in range(self.width)] for y in range(self.height)]

    def _sideways(self, c):
        """c moved one column to the right, and one to the left."""
        right = (c & ~self.right) << 1
        left = (c & ~self.left) >> 1
        if self.torus:
            right |= (c & self.right) >> self.width - 1
            left |= (c & self.left) << self.width - 1
        return right, left

    def _vertical(self, c):
        down, up = c << self.width & self.all, c >> self.width
        if self.torus:
            down |= c >> self.size - self.width
            up |= c << self.size - self.width & self.all
        return down, up

    def step(self):
        c = self.cells
        down, up = self._vertical(c)
        sums = [0, 0, 0, 0]  # bit planes of the number of neighbours
        for plane in (*self._sideways(c), down, up, *self._sideways(down), *self._sideways(up)):
            for i in range(4):
                sums[i], plane = sums[i] ^ plane, sums[i] & plane
        new = 0
        for n in range(9):
            if not (self.birth | self.survive) >> n & 1:
                continue
            here = self.all
            for i in range(4):
                here &= sums[i] if n >> i & 1 else ~sums[i]
            if self.birth >> n & 1:
                new |= here & ~c
            if self.survive >> n & 1:
                new |= here & c
        self.cells = new & self.all
        self.generation += 1
        return self

    def run(self, generations):
        for _ in range(generations):
            self.step()
        return self

    def population(self):
        return bin(self.cells).count("1")
