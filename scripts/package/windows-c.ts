/** How our small programs in C for Windows are made: warnings are faults, and the same source makes the same bytes. */
export const C_COMPILER = 'x86_64-w64-mingw32-gcc';

export const C_FLAGS: readonly string[] = [
  '-std=gnu17',
  '-O2',
  '-Wall',
  '-Wextra',
  '-Werror',
  '-DUNICODE',
  '-D_WIN32_WINNT=0x0A00',
  '-static',
  '-s',
  '-Wl,--no-insert-timestamp',
  '-Wl,--dynamicbase,--nxcompat,--high-entropy-va',
];
