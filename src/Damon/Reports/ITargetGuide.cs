using Damon.Records.Streams;

namespace Damon.Reports;

/// <summary>Where one of the targets of a record has data, with what tells it from the others.</summary>
interface ITargetGuide
{
    /// <summary>The series: kdamond, context and scheme, as far as the record says.</summary>
    RecordSeries Series { get; }

    /// <summary>The target's id.</summary>
    Int128 TargetId { get; }

    /// <summary>What tells it from others with this id in the record, in order of their appearance.</summary>
    int Instance { get; }

    /// <summary>
    /// Which of the targets it is that had this id one after the other in the same kdamond, context and scheme, from 0; null where it is the only one.
    /// </summary>
    int? Ordinal { get; }

    /// <summary>The ordinals of guides that are all of a record, in the order of the guides.</summary>
    static int?[] Ordinals(IReadOnlyList<ITargetGuide> guides)
    {
        int?[] ordinals = new int?[guides.Count];
        foreach (IGrouping<(int? Kdamond, int? Context, int? Scheme, Int128 Id), int> same in Enumerable.Range(0, guides.Count)
            .GroupBy(i => (guides[i].Series.KdamondIndex, guides[i].Series.ContextIndex, guides[i].Series.SchemeIndex, guides[i].TargetId))
            .Where(same => same.Skip(1).Any()))
        {
            int ordinal = 0;
            foreach (int i in same.OrderBy(i => guides[i].Instance))
            {
                ordinals[i] = ordinal++;
            }
        }

        return ordinals;
    }
}
