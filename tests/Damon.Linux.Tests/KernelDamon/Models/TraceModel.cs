using System.Text;
using Damon.Linux.KernelDamon.Files;
using Damon.Linux.Native;

namespace Damon.Linux.Tests.KernelDamon.Models;

/// <summary>A folder of tracefs in which instances can be made; what comes out of their pipes is given by the test.</summary>
sealed class TraceModel : ModelFiles
{
    public TraceModel(ModelFaults? faults = null, params string[] events)
        : base("/model/tracing", faults)
    {
        Top.Folder("instances");
        Events = events.Length > 0 ? events : ["damon_aggregated"];
        foreach (string name in Events)
        {
            With($"events/damon/{name}/enable", "0");
        }
    }

    public IReadOnlyList<string> Events { get; }

    /// <summary>Text that is to come out, piece by piece; with each empty read the next comes.</summary>
    public Queue<string> Text { get; } = new();

    /// <summary>Called when everything was read.</summary>
    public Action? OnEmpty { get; set; }

    public long Overrun { get; set; }

    public ModelFolder Instances => (ModelFolder)Top.Find("instances")!;

    protected override Errno Make(string path)
    {
        foreach (string name in Events)
        {
            With($"{path}/events/damon/{name}/enable", "0");
        }

        With($"{path}/events/enable", "0");
        With($"{path}/trace_clock", "local");
        With($"{path}/set_event_pid", "");
        With($"{path}/trace_pipe", "");
        With(
            $"{path}/per_cpu/cpu0/stats",
            new ModelFile(() => $"entries: 5\noverrun: {Overrun}\ncommit overrun: 0\nbytes: 300\ndropped events: 0\nread events: 9\n"));
        return Errno.None;
    }

    protected override IKernelPipe? PipeAt(string path) => Top.Find(path) is null ? null : new Pipe(this);

    sealed class Pipe(TraceModel model) : IKernelPipe
    {
        byte[] _rest = [];

        public Errno Read(Span<byte> buffer, out int count)
        {
            count = 0;
            Errno errno = model.Faults.Next();
            if (errno is not (Errno.None or Errno.EBUSY))
            {
                return errno;
            }

            if (_rest.Length == 0 && model.Text.TryDequeue(out string? next))
            {
                _rest = Encoding.ASCII.GetBytes(next);
            }

            if (_rest.Length == 0)
            {
                model.OnEmpty?.Invoke();
                return Errno.None;
            }

            count = Math.Min(buffer.Length, _rest.Length);
            _rest.AsSpan(0, count).CopyTo(buffer);
            _rest = _rest[count..];
            return Errno.None;
        }

        public void Dispose()
        {
        }
    }
}
