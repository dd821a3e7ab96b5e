#!/usr/bin/env python3
"""Starts a program on an X display and says when its window was there and when it had content, as another client sees it.

    start_watch.py [--timeout S] COMMAND [ARGUMENT...]

Prints "MAPPED CONTENT CPU READ": milliseconds from just before exec() until a new window of at least 200x200 is viewable, until its
pixels show a drawn page (at least 24 colours in 48 rows; a window that was only mapped has one), and of processor time that the program
had used by then; and the megabytes that it had caused to be read from disks. Then the program is asked to end with SIGTERM. Polls every
4 ms. Needs libX11 and nothing else.
"""
import ctypes
import ctypes.util
import os
import signal
import subprocess
import sys
import time

ROWS, COLOURS, STEP = 48, 24, 0.004
x11 = ctypes.CDLL(ctypes.util.find_library("X11") or "libX11.so.6")
Window, Pointer = ctypes.c_ulong, ctypes.c_void_p


class Attributes(ctypes.Structure):
    _fields_ = [(name, ctypes.c_int) for name in ("x", "y", "width", "height", "border", "depth")] + [
        ("visual", Pointer), ("root", Window), ("klass", ctypes.c_int), ("bit_gravity", ctypes.c_int), ("win_gravity", ctypes.c_int),
        ("backing_store", ctypes.c_int), ("planes", ctypes.c_ulong), ("pixel", ctypes.c_ulong), ("save_under", ctypes.c_int),
        ("colormap", ctypes.c_ulong), ("map_installed", ctypes.c_int), ("map_state", ctypes.c_int), ("all_events", ctypes.c_long),
        ("your_events", ctypes.c_long), ("not_propagated", ctypes.c_long), ("override", ctypes.c_int), ("screen", Pointer)]


class Image(ctypes.Structure):
    _fields_ = [("width", ctypes.c_int), ("height", ctypes.c_int), ("xoffset", ctypes.c_int), ("format", ctypes.c_int),
                ("data", ctypes.POINTER(ctypes.c_uint32))]


x11.XOpenDisplay.restype = Pointer
x11.XDefaultRootWindow.argtypes, x11.XDefaultRootWindow.restype = [Pointer], Window
x11.XQueryTree.argtypes = [Pointer, Window] + [Pointer] * 4
x11.XGetWindowAttributes.argtypes = [Pointer, Window, Pointer]
x11.XGetImage.argtypes = [Pointer, Window, ctypes.c_int, ctypes.c_int, ctypes.c_uint, ctypes.c_uint, ctypes.c_ulong, ctypes.c_int]
x11.XGetImage.restype = ctypes.POINTER(Image)
x11.XDestroyImage.argtypes = [Pointer]
x11.XFree.argtypes = [Pointer]
Handler = ctypes.CFUNCTYPE(ctypes.c_int, Pointer, Pointer)
ignore = Handler(lambda display, event: 0)  # windows may go between two questions
x11.XSetErrorHandler(ignore)


def windows(display, root):
    parent, top, count = Window(), Window(), ctypes.c_uint()
    children = ctypes.POINTER(Window)()
    if not x11.XQueryTree(display, root, ctypes.byref(top), ctypes.byref(parent), ctypes.byref(children), ctypes.byref(count)):
        return set()
    found = {children[i] for i in range(count.value)}
    if count.value:
        x11.XFree(children)
    return found


def viewable(display, window):
    about = Attributes()
    if not x11.XGetWindowAttributes(display, window, ctypes.byref(about)):
        return None
    return about if about.map_state == 2 and about.width >= 200 and about.height >= 200 else None


def colours(display, window, about):
    seen = set()
    for row in range(ROWS):
        y = (2 * row + 1) * about.height // (2 * ROWS)
        image = x11.XGetImage(display, window, 0, y, about.width, 1, 0xFFFFFFFF, 2)
        if not image:
            return 0
        seen.update(image.contents.data[0:about.width])
        x11.XDestroyImage(image)
    return len(seen)


def cpu_of(pid):
    ticks = 0
    with open(f"/proc/{pid}/stat", encoding="utf-8", errors="replace") as stat:
        words = stat.read().rsplit(")", 1)[1].split()
        ticks = sum(int(word) for word in words[11:15])
    return ticks * 1000 // os.sysconf("SC_CLK_TCK")


def read_by(pid):
    try:
        with open(f"/proc/{pid}/io", encoding="ascii") as counts:
            return int(dict(line.split(": ") for line in counts)["read_bytes"]) // 1_000_000
    except (OSError, KeyError):
        return -1


def main():
    arguments, limit = sys.argv[1:], 60.0
    if arguments[:1] == ["--timeout"]:
        limit, arguments = float(arguments[1]), arguments[2:]
    display = x11.XOpenDisplay(None)
    if not display or not arguments:
        sys.exit(__doc__ if not arguments else "start_watch: no X display")
    root = x11.XDefaultRootWindow(display)
    before = windows(display, root)
    begun = time.monotonic()
    process = subprocess.Popen(arguments, stdin=subprocess.DEVNULL)
    mapped = content = None
    while content is None and time.monotonic() - begun < limit and process.poll() is None:
        for window in windows(display, root) - before:
            about = viewable(display, window)
            if about and mapped is None:
                mapped = time.monotonic() - begun
            if about and colours(display, window, about) >= COLOURS:
                content = time.monotonic() - begun
                break
        time.sleep(STEP)
    if content is None:
        process.kill()
        sys.exit(f"start_watch: no window with content within {limit:.0f} s (status {process.poll()})")
    used, read = cpu_of(process.pid), read_by(process.pid)
    time.sleep(0.5)
    process.send_signal(signal.SIGTERM)
    try:
        process.wait(20)
    except subprocess.TimeoutExpired:
        process.kill()
    print(f"{mapped * 1000:.0f} {content * 1000:.0f} {used} {read}")


main()
