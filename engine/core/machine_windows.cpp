#include <windows.h>

#include <algorithm>
#include <vector>

#include "core/machine.h"
#include "core/windows_text.h"

namespace engine {

Memory system_memory() {
  MEMORYSTATUSEX status{};
  status.dwLength = sizeof status;
  if (!::GlobalMemoryStatusEx(&status)) return {};
  return {status.ullTotalPhys, status.ullAvailPhys};
}

int physical_cores() {
  DWORD_PTR allowed = 0, system = 0;
  ::GetProcessAffinityMask(::GetCurrentProcess(), &allowed, &system);  // 0: several groups of 64, all of them allowed
  DWORD bytes = 0;
  ::GetLogicalProcessorInformationEx(RelationProcessorCore, nullptr, &bytes);
  std::vector<std::byte> buffer(bytes);
  auto* at = reinterpret_cast<SYSTEM_LOGICAL_PROCESSOR_INFORMATION_EX*>(buffer.data());
  if (bytes == 0 || !::GetLogicalProcessorInformationEx(RelationProcessorCore, at, &bytes)) {
    SYSTEM_INFO info{};
    ::GetSystemInfo(&info);
    return std::max(1, static_cast<int>(info.dwNumberOfProcessors));
  }
  int cores = 0;
  for (DWORD offset = 0; offset < bytes; offset += at->Size) {
    at = reinterpret_cast<SYSTEM_LOGICAL_PROCESSOR_INFORMATION_EX*>(buffer.data() + offset);
    cores += allowed == 0 || (at->Processor.GroupMask[0].Mask & allowed) != 0 ? 1 : 0;
  }
  return std::max(1, cores);
}

void lower_thread_priority() {
  ::SetThreadPriority(::GetCurrentThread(), THREAD_PRIORITY_LOWEST);
}

std::string processor_brand() {
  wchar_t name[256];
  DWORD bytes = sizeof name;
  const LSTATUS status = ::RegGetValueW(HKEY_LOCAL_MACHINE, LR"(HARDWARE\DESCRIPTION\System\CentralProcessor\0)", L"ProcessorNameString",
                                        RRF_RT_REG_SZ, nullptr, name, &bytes);
  return status == ERROR_SUCCESS && bytes >= sizeof(wchar_t) ? narrow({name, bytes / sizeof(wchar_t) - 1}) : "";
}

}  // namespace engine
