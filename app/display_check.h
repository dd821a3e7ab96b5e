// Where there is no display to open a window on, Qt aborts with a text for programmers.
#pragma once

/// While the QGuiApplication is being made, a fatal error of Qt ends the program with a line that says what is missing and what to do, and
/// exit status 1. Only one may live at a time.
class DisplayCheck {
 public:
  DisplayCheck();
  ~DisplayCheck() { passed(); }
  DisplayCheck(const DisplayCheck&) = delete;
  DisplayCheck& operator=(const DisplayCheck&) = delete;

  /// There is a display: messages of Qt are again what they were.
  void passed();

 private:
  bool m_waiting = true;
};
