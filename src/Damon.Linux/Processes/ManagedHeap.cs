using System.Diagnostics.Tracing;
using Damon.Monitoring;

namespace Damon.Linux.Processes;

/// <summary>Where the managed heap of this very process lies, by generation, as the runtime tells at each garbage collection.</summary>
/// <remarks>
/// <para>Nothing is known before the first collection after <see cref="Watch"/>, nor of what was reserved since the last one: <c>GC.Collect(0)</c> makes it
/// tell. Answers come some ten milliseconds after the collection. The runtime tells by its events, which needs <c>EventSourceSupport</c>: on by default, but
/// not with NativeAOT; see
/// <see cref="IsSupported"/>.</para>
/// <para>Any thread may use any member. A collection is told by two events for each piece of the heap (of 4 MiB, mostly), and that is what watching costs: it
/// cannot be measured on heaps of some 100 MiB. Objects can be moved at any time, so no answer holds for an object, only for addresses.</para>
/// </remarks>
public sealed class ManagedHeap : IDisposable
{
    readonly Listener _listener;

    ManagedHeap(Listener listener) => _listener = listener;

    /// <summary>Whether the runtime tells at all.</summary>
    public bool IsSupported => _listener.HasSource;

    /// <summary>The pieces in address order: a list that does not change, replaced at each collection. Empty before the first.</summary>
    public IReadOnlyList<ManagedHeapRange> Ranges => _listener.Ranges;

    internal ReadOnlySpan<ManagedHeapRange> Pieces => _listener.Ranges;

    /// <summary>Begins to listen, until it is disposed.</summary>
    public static ManagedHeap Watch() => new(new Listener());

    /// <summary>The piece that holds <paramref name="address"/>; null where there is none, or none is known.</summary>
    public ManagedHeapRange? Find(ulong address)
    {
        ManagedHeapRange[] ranges = _listener.Ranges;
        int index = RangeSearch.IndexOf<ManagedHeapRange>(ranges, address);
        return index >= 0 ? ranges[index] : null;
    }

    /// <summary>Ends to listen. What is known stays.</summary>
    public void Dispose() => _listener.Dispose();

    sealed class Listener : EventListener
    {
        // As in the runtime's own description of its events.
        const string Runtime = "Microsoft-Windows-DotNETRuntime";
        const EventKeywords Collections = (EventKeywords)0x1;
        const EventKeywords SurvivalAndMovement = (EventKeywords)0x400000;
        const int GenerationRange = 23;
        const int SurvivingObjects = 21;
        const int MovedObjects = 22;

        /// <summary>Most pieces that are kept: a heap of 256 GiB.</summary>
        const int MostRanges = 1 << 16;

        readonly Lock _gate = new();
        readonly List<ManagedHeapRange> _batch = [];
        volatile ManagedHeapRange[] _ranges = [];

        internal bool HasSource { get; private set; }

        internal ManagedHeapRange[] Ranges => _ranges;

        /// <remarks>Also called by the base class' constructor, for the sources that are there; fields with initialisers are set by then.</remarks>
        protected override void OnEventSourceCreated(EventSource eventSource)
        {
            if (eventSource.Name == Runtime)
            {
                HasSource = true;
                EnableEvents(eventSource, EventLevel.Informational, Collections | SurvivalAndMovement);
            }
        }

        /// <remarks>
        /// A collection tells all pieces twice, when it begins and when it ends, each time in a row: the row ends with the next event of another kind.
        /// </remarks>
        protected override void OnEventWritten(EventWrittenEventArgs eventData)
        {
            if (eventData.EventId is SurvivingObjects or MovedObjects)
            {
                return;
            }

            lock (_gate)
            {
                if (eventData.EventId == GenerationRange)
                {
                    Add(eventData.Payload);
                }
                else if (_batch.Count > 0)
                {
                    Publish();
                }
            }
        }

        void Add(IReadOnlyList<object?>? payload)
        {
            if (payload is not [byte generation, var start, var used, var reserved, ..]
                || generation > (int)ManagedGeneration.PinnedObjects
                || _batch.Count >= MostRanges)
            {
                return;
            }

            // The piece begins with a header, which the runtime leaves out on both sides.
            ulong first = Page.AlignDown(ToNumber(start));
            ulong header = ToNumber(start) - first;
            ulong end = first + header + ToNumber(reserved);
            if (end > first)
            {
                _batch.Add(new ManagedHeapRange(new AddressRange(first, Page.AlignUp(end)), ToNumber(used) + header, (ManagedGeneration)generation));
            }
        }

        void Publish()
        {
            _batch.Sort(static (a, b) => a.Range.Start.CompareTo(b.Range.Start));
            _ranges = [.. _batch];
            _batch.Clear();
        }

        static ulong ToNumber(object? value) => value switch
        {
            ulong number => number,
            nint pointer => (ulong)pointer,
            nuint pointer => pointer,
            _ => 0,
        };
    }
}
