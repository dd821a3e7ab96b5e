#!/usr/bin/env python3
"""table.py on what `hearth-cli bench` prints."""
import subprocess, sys, tempfile, unittest
from pathlib import Path

TABLE = Path(__file__).with_name("table.py")
LOG = """R1 on NVIDIA H100 80GB HBM3; its memory moves 2987.1 GB/s
memory of the device: 1.0 MiB planned without adapters, 1.0 MiB used, 1.0 MiB reserved
prompt  n=512   depth=0      batch=1    31800.12 tokens/s      1.70 MB/token   54.06 GB/s    1.8 % of the read bandwidth
        300 dispatches a step, 10.7 a layer; 0 recordings while timing
decode  n=64    depth=0      batch=1      754.40 tokens/s    869.56 MB/token  656.00 GB/s   22.0 % of the read bandwidth
        229 dispatches a step, 8.2 a layer; 0 recordings while timing
decode  n=64    depth=0      batch=4     2183.00 tokens/s    217.39 MB/token  474.56 GB/s   15.9 % of the read bandwidth
        261 dispatches a step, 9.3 a layer; 0 recordings while timing
prompt  n=512   depth=16384  batch=1     9000.00 tokens/s      1.70 MB/token   15.30 GB/s    0.5 % of the read bandwidth
"""


class TableTest(unittest.TestCase):
    def table(self, **logs):
        with tempfile.TemporaryDirectory() as folder:
            for name, text in logs.items():
                (Path(folder) / f"bench-{name}.log").write_text(text)
            return subprocess.run([sys.executable, TABLE, folder], capture_output=True, text=True, check=True).stdout

    def test_rows_of_all_models(self):
        lines = self.table(r1=LOG, other=LOG.split("decode")[0]).splitlines()
        self.assertEqual(lines[0], "NVIDIA H100 80GB HBM3, its memory moves 2987.1 GB/s")
        self.assertEqual(lines[2], "| model | depth | prompt 512 | decode, 1 together | decode, 4 together | GB/s | of the copies | launches a token |")
        self.assertIn("| r1 | 0 | 31,800 | 754 | 2,183 | 656 | 22 % | 229 |", lines)
        self.assertIn("| r1 | 16,384 | 9,000 |  |  |  |  |  |", lines, "what did not get its time")
        self.assertIn("| other | 0 | 31,800 |  |  |  |  |  |", lines)

    def test_nothing_measured(self):
        self.assertEqual(self.table(), "no bench-*.log here\n")
        self.assertIn("| model |", self.table(broken="out of memory\n"))


if __name__ == "__main__":
    unittest.main()
