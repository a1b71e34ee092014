using System.Diagnostics.CodeAnalysis;

namespace Damon.Monitoring;

/// <summary>A kdamond that runs on a thread of its own until it ends by itself, is stopped, or this is disposed.</summary>
/// <remarks>
/// Any thread may use any member. The thread is a background thread: it keeps no process alive. Whoever gave the kdamond its clock and its operations
/// disposes of them, after this.
/// </remarks>
public sealed class KdamondThread : IDisposable
{
    readonly TaskCompletionSource<KdamondEnd> _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    readonly Thread _thread;

    KdamondThread(Kdamond kdamond, string name)
    {
        Kdamond = kdamond;
        _thread = new Thread(Run) { Name = name, IsBackground = true };
    }

    /// <summary>What runs. Its context belongs to the thread: get in by <see cref="Monitoring.Kdamond.Invoke"/>.</summary>
    public Kdamond Kdamond { get; }

    /// <summary>
    /// Completes when the run has ended, with why; faults with what the operations, an observer or the clock threw, which ends a run, too.
    /// Never cancelled.
    /// </summary>
    public Task<KdamondEnd> Completion => _completion.Task;

    /// <summary>Whether the calling thread is the one of the run: where observers, operations and requests are called.</summary>
    public bool IsCurrent => Thread.CurrentThread == _thread;

    /// <summary>Starts to monitor, and returns at once.</summary>
    /// <param name="kdamond">A kdamond that has not run yet.</param>
    /// <param name="name">Name of the thread; Linux shows its first 15 characters.</param>
    public static KdamondThread Start(Kdamond kdamond, string name = "kdamond")
    {
        ArgumentNullException.ThrowIfNull(kdamond);
        KdamondThread started = new(kdamond, name);
        started._thread.Start();
        return started;
    }

    /// <summary>Stops the run and waits for its end: at most a sample and what observers and operations take. Later calls give the same answer.</summary>
    /// <returns>Why it ended, which can be something else if that came first.</returns>
    /// <exception cref="InvalidOperationException">
    /// Called by the thread of the run itself, which cannot wait for its own end: observers end a run by returning false, requests by
    /// <see cref="Monitoring.Kdamond.Stop"/>.
    /// </exception>
    /// <exception cref="Exception">What ended the run, where it failed.</exception>
    public KdamondEnd Stop()
    {
        if (IsCurrent)
        {
            throw new InvalidOperationException("The thread of a run cannot wait for its own end: return false from the observer, or call Kdamond.Stop.");
        }

        Kdamond.Stop();
        _thread.Join();
        return Completion.GetAwaiter().GetResult();
    }

    /// <summary>Stops the run and waits for its end; a run that failed says so in <see cref="Completion"/> only.</summary>
    /// <remarks>Called by the thread of the run itself it does not wait.</remarks>
    public void Dispose()
    {
        Kdamond.Stop();
        if (!IsCurrent)
        {
            _thread.Join();
        }
    }

    [SuppressMessage("Design", "CA1031", Justification = "Nobody above could catch it; it ends the run, and the task has it.")]
    void Run()
    {
        try
        {
            _completion.SetResult(Kdamond.Run());
        }
        catch (Exception e)
        {
            _completion.SetException(e);

            // Callers need not look at the task: an unobserved failure must not reach the finalizer.
            _ = _completion.Task.Exception;
        }
    }
}
