namespace Damon.Schemes;

/// <summary>The proportional feedback loop by which the kernel tunes quotas and intervals (damon_feed_loop_next_input).</summary>
static class FeedbackLoop
{
    /// <summary>The score of a goal that is just reached, and the least input.</summary>
    public const ulong Goal = 10_000;

    /// <summary>The next input: more while the score is below the goal, less above it.</summary>
    /// <param name="last">The input that gave the score.</param>
    /// <param name="score">The score; <see cref="Goal"/> is perfect.</param>
    public static ulong Next(ulong last, ulong score)
    {
        if (score == Goal)
        {
            return last;
        }

        if (score >= Goal * 2)
        {
            return Goal;
        }

        ulong difference = score > Goal ? score - Goal : Goal - score;

        // The product first unless it would not fit: small inputs would lose everything.
        ulong compensation = last < ulong.MaxValue / difference ? last * difference / Goal : last / Goal * difference;
        if (score > Goal)
        {
            return last > compensation ? Math.Max(last - compensation, Goal) : Goal;
        }

        return last > ulong.MaxValue - compensation ? ulong.MaxValue : last + compensation;
    }
}
