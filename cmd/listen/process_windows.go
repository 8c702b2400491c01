package listen

import (
	"os"
	"os/exec"
	"syscall"
	"unsafe"

	"golang.org/x/sys/windows"
)

// start starts a program as the first of a group of processes, which Ctrl-C does not
// reach: qcb ends when it is done. end kills all that it has started and left running; so
// does the end of qcb. The program does not run before it is in the job object that holds
// the others, too.
func start(c *exec.Cmd) (end func(), err error) {
	group, err := windows.CreateJobObject(nil, nil)
	if err != nil {
		return nil, err
	}
	end = func() { _ = windows.CloseHandle(group) } // It fails only for a closed handle.
	limits := windows.JOBOBJECT_EXTENDED_LIMIT_INFORMATION{}
	limits.BasicLimitInformation.LimitFlags = windows.JOB_OBJECT_LIMIT_KILL_ON_JOB_CLOSE
	_, err = windows.SetInformationJobObject(group, windows.JobObjectExtendedLimitInformation, uintptr(unsafe.Pointer(&limits)), uint32(unsafe.Sizeof(limits)))
	if err == nil {
		c.SysProcAttr = &syscall.SysProcAttr{CreationFlags: windows.CREATE_NEW_PROCESS_GROUP | windows.CREATE_SUSPENDED}
		err = c.Start()
	}
	if err != nil {
		end()
		return nil, err
	}
	resume := windows.NewLazySystemDLL("ntdll.dll").NewProc("NtResumeProcess")
	_ = c.Process.WithHandle(func(program uintptr) { // Either fails only if the time limit has killed it.
		_ = windows.AssignProcessToJobObject(group, windows.Handle(program))
		_, _, _ = resume.Call(program)
	})
	return end, nil
}

// killGroup kills a program. The rest of its group is killed by the end that start returns,
// or with qcb.
func killGroup(p *os.Process) error { return p.Kill() }

// lock takes the lock of a file for this process, and reports false if another has it.
// The lock is on a byte far behind the end, or others could not read the file.
func lock(file *os.File) bool {
	far := windows.Overlapped{OffsetHigh: 1 << 30}
	return windows.LockFileEx(windows.Handle(file.Fd()), windows.LOCKFILE_EXCLUSIVE_LOCK|windows.LOCKFILE_FAIL_IMMEDIATELY, 0, 1, 0, &far) != windows.ERROR_LOCK_VIOLATION
}
