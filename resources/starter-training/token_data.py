"""Documents as arrays of tokens, packed into rows for training."""
import bisect
import json
import math
import multiprocessing
import zlib
from pathlib import Path

import numpy as np
import torch


STORIES = 1


def kind_of(group):
    """Of a group of documents, the kind of text in which the experts are to work evenly: stories and books, Chinese, the rest."""
    name = group.split(":")[-1]
    return STORIES if name.startswith(("stories", "books", "fables", "tales")) else 2 if name.endswith("-zh") else 0


class TokenData:
    """A split that prepare_data.py wrote. Rows are packed from whole documents, each document sees itself only.

    `state` and `restore` carry the stream over a restart, so that training goes on as if it had not stopped.
    """

    def __init__(self, folder, split, seed=0, groups=None):
        stored = np.load(Path(folder) / f"{split}.npz")
        self.tokens, self.mask, self.offsets, self.group = stored["tok"], stored["mask"], stored["off"], stored["grp"]
        meta = json.loads((Path(folder) / "meta.json").read_text(encoding="utf-8"))
        self.names, self.answers, self.answer = meta["groups"], meta["answers"], stored["ans"]
        self.sizes = np.diff(self.offsets).tolist()
        wanted = lambda name: any(name.startswith(prefix) for prefix in groups) if groups else not name.startswith("lora-")
        self.rate = np.array([entry["rate"] if wanted(entry["name"]) else 0.0 for entry in self.names])
        self.kind = np.array([kind_of(entry["name"]) for entry in self.names])
        self.chance = np.random.default_rng(seed)
        self.queue, self.pool, self.epoch, self.taken = [], [], 0, 0

    def tokens_per_epoch(self):
        return sum(entry["tokens"] * rate for entry, rate in zip(self.names, self.rate))

    def check_sum(self):
        """Tells these documents from others: a stream goes on with the documents that it began with only."""
        return zlib.crc32(self.group.tobytes(), zlib.crc32(self.offsets.tobytes(), zlib.crc32(self.tokens.tobytes())))

    def state(self):
        return {"chance": self.chance.bit_generator.state, "queue": list(self.queue), "pool": list(self.pool), "epoch": self.epoch, "taken": self.taken}

    def restore(self, state):
        self.chance.bit_generator.state = state["chance"]
        self.queue, self.pool, self.epoch, self.taken = list(state["queue"]), list(state["pool"]), state["epoch"], state["taken"]

    def next_document(self):
        """An epoch takes each document as often as the rate of its group says, rounded by chance."""
        if not self.queue:
            rate = self.rate[self.group]
            times = np.floor(rate).astype(int) + (self.chance.random(len(rate)) < rate % 1)
            self.queue = self.chance.permutation(np.repeat(np.arange(len(rate)), times)).tolist()
            self.epoch += 1
            if not self.queue:
                raise ValueError("no document of the wanted groups")
        return self.queue.pop()

    def take(self):
        """One more document into the pool, which is ordered by size."""
        document = self.next_document()
        self.taken += 1
        bisect.insort(self.pool, (self.sizes[document], self.taken, document))

    def batch(self, rows, length):
        """(tokens, what comes next or -100 where nothing is learned, number of the document in its row from 1 on, kinds of text, number of the answer where it begins or -1), each of
        `rows` rows."""
        ids = np.zeros((rows, length + 1), np.int64)
        learned = np.zeros((rows, length + 1), bool)
        part = np.zeros((rows, length + 1), np.int64)
        kinds, answer = np.zeros((rows, length + 1), np.int64), np.full((rows, length + 1), -1, np.int64)
        while len(self.pool) < min(rows * 16, 256):
            self.take()
        for row in range(rows):
            at, number = 0, 1
            while True:
                if number == 1:
                    k = min(range(len(self.pool)), key=lambda k: self.pool[k][1])  # the one that has waited longest
                else:
                    k = bisect.bisect_right(self.pool, (length + 1 - at, math.inf)) - 1  # the longest that fits
                    if k < 0:
                        break
                size, _, document = self.pool.pop(k)
                n, first = min(size, length + 1), self.offsets[document]
                ids[row, at:at + n] = self.tokens[first:first + n]
                learned[row, at:at + n] = self.mask[first:first + n]
                learned[row, at] = False
                if self.answer[document] >= 0:
                    answer[row, at + int(self.mask[first:first + n].argmax()) - 1] = self.answer[document]
                part[row, at:at + n] = number
                kinds[row, at:at + n] = self.kind[self.group[document]]
                at, number = at + n, number + 1
                self.take()
        following = np.where(learned, ids, -100)[:, 1:]
        return tuple(torch.from_numpy(np.ascontiguousarray(a)) for a in (ids[:, :-1], following, part[:, :-1], kinds[:, :-1], answer[:, :-1]))


def attention_mask(parts):
    """[rows, 1, length, length]: what each token sees, of the numbers of documents of TokenData.batch."""
    causal = torch.ones(parts.shape[1], parts.shape[1], dtype=torch.bool, device=parts.device).tril()
    return (parts.unsqueeze(1) == parts.unsqueeze(2)).unsqueeze(1) & causal


class Loaders(TokenData):
    """TokenData whose batches come from several processes in turn, each with a stream of its own: a graphics card is faster than one that packs rows. Start them before CUDA.

    There is no state to go on from: the streams begin anew.
    """
    AHEAD = 3  # batches of a process that are made before they are asked for

    def __init__(self, number, folder, split, seed, groups):
        super().__init__(folder, split, seed, groups)
        context = multiprocessing.get_context("fork")
        self.workers = []
        for i in range(number):
            wishes, made = context.Queue(), context.Queue()
            context.Process(target=self.work, args=(folder, split, [seed, i], groups, wishes, made), daemon=True).start()
            self.workers.append((wishes, made))
        self.asked, self.turn = [0] * number, 0

    @staticmethod
    def work(folder, split, seed, groups, wishes, made):
        torch.set_num_threads(1)
        data = TokenData(folder, split, seed, groups)
        while True:
            batch = data.batch(*wishes.get())
            made.put((data.epoch, [t.numpy().astype(np.int16) for t in batch]))

    def batch(self, rows, length):
        """As that of TokenData; where the sizes change some more of the old ones come first."""
        i = self.turn % len(self.workers)
        self.turn += 1
        wishes, made = self.workers[i]
        while self.asked[i] < self.AHEAD:
            wishes.put((rows, length))
            self.asked[i] += 1
        self.asked[i] -= 1
        epoch, batch = made.get()
        self.epoch = epoch * len(self.workers)
        return tuple(torch.from_numpy(a.astype(np.int64)) for a in batch)

    def state(self):
        return None

    def check_sum(self):
        return None
