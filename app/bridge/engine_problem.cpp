#include "bridge/engine_problem.h"

namespace {

[[nodiscard]] ErrorId idOf(engine::ErrorCode code) {
  switch (code) {
    case engine::ErrorCode::io:
      return ErrorId::EngineIo;
    case engine::ErrorCode::not_found:
      return ErrorId::EngineNotFound;
    case engine::ErrorCode::bad_file:
      return ErrorId::EngineBadFile;
    case engine::ErrorCode::unsupported:
      return ErrorId::EngineUnsupported;
    case engine::ErrorCode::out_of_memory:
      return ErrorId::EngineOutOfMemory;
    case engine::ErrorCode::invalid_argument:
      return ErrorId::EngineInvalidArgument;
    case engine::ErrorCode::context_full:
      return ErrorId::EngineContextFull;
    case engine::ErrorCode::queue_full:
      return ErrorId::EngineBusy;
    case engine::ErrorCode::cancelled:
      return ErrorId::EngineCancelled;
    case engine::ErrorCode::device:
      break;
  }
  return ErrorId::EngineDevice;
}

}  // namespace

Problem problemOf(const engine::Error& error) {
  return {idOf(error.code), {}, fromStd(error.text())};
}

Problem problemOf(const engine::Error& error, ErrorId id, const QStringList& arguments) {
  if (error.code == engine::ErrorCode::cancelled) return problemOf(error);
  return {id, arguments, fromStd(error.text())};
}
