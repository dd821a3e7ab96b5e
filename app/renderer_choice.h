// How the window is drawn.
#pragma once

#include <QString>

/// Whether a graphics processor can be asked to draw. Without one OpenGL is computed by the processor, after 160 MB of compiler have been
/// loaded for it: Qt's own software renderer draws this window sooner and in less memory.
[[nodiscard]] bool hasGraphicsDevice(const QString& deviceFolder = QStringLiteral("/dev"));

/// Before the QGuiApplication is made. What the environment asks for (QT_QUICK_BACKEND, QSG_RHI_BACKEND) stays. Nothing is written
/// outside the data folder: compiled shaders, a handful, are not kept.
void chooseRenderer();
