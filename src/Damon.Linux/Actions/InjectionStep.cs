namespace Damon.Linux.Actions;

/// <summary>How far the injection of a call has come. The end of the tracer at any of them leaves the other process unharmed.</summary>
enum InjectionStep
{
    /// <summary>The thread is stopped and has its own registers.</summary>
    Stopped,

    /// <summary>The injected code lies in the process; the thread does not know it yet.</summary>
    Written,

    /// <summary>The thread has the registers of the call; signals still come in.</summary>
    Redirected,

    /// <summary>Signals are held off.</summary>
    Masked,

    /// <summary>The thread is about to enter the system call.</summary>
    Entering,

    /// <summary>The system call is done.</summary>
    Called,

    /// <summary>The thread is stopped where an interrupted system call can start again.</summary>
    Returning,

    /// <summary>Signals come in again.</summary>
    Unmasked,

    /// <summary>The thread has its own registers back.</summary>
    Restored,
}
