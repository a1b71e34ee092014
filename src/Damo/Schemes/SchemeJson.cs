using System.Text.Json;
using Damon.Monitoring;
using Damon.Schemes.Replay;
using Damon.Schemes.Text;

namespace Damo.Schemes;

/// <summary>What schemes have done, as one JSON object for programs.</summary>
static class SchemeJson
{
    /// <summary>Writes the object and an end of line.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="schemes">The schemes.</param>
    /// <param name="seconds">Since the start.</param>
    /// <param name="isRehearsal">Whether nothing was touched.</param>
    /// <param name="notes">What was said about actions.</param>
    /// <param name="replay">What is known of regrets; null for a live run.</param>
    public static void Write(
        Stream output,
        IReadOnlyList<SchemeProgress> schemes,
        double seconds,
        bool isRehearsal,
        IReadOnlyList<string> notes,
        SchemeReplay? replay = null)
    {
        using (Utf8JsonWriter json = new(output, new JsonWriterOptions { Indented = true }))
        {
            json.WriteStartObject();
            json.WriteNumber("seconds", seconds);
            json.WriteBoolean("dry_run", isRehearsal);
            json.WriteStartArray("schemes");
            for (int i = 0; i < schemes.Count; i++)
            {
                WriteScheme(json, schemes[i], i, replay);
            }

            json.WriteEndArray();
            json.WriteStartArray("notes");
            foreach (string note in notes)
            {
                json.WriteStringValue(note);
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        output.WriteByte((byte)'\n');
    }

    /// <summary>Writes what came back of memory that was taken.</summary>
    public static void WriteRegret(Utf8JsonWriter json, IReadOnlyList<RegretWindow> windows)
    {
        json.WriteStartArray("regret");
        foreach (RegretWindow window in windows)
        {
            json.WriteStartObject();
            json.WriteNumber("within_s", window.Seconds);
            json.WriteNumber("judged_bytes", window.JudgedBytes);
            json.WriteNumber("regretted_bytes", window.RegrettedBytes);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    static void WriteScheme(Utf8JsonWriter json, SchemeProgress scheme, int index, SchemeReplay? replay)
    {
        SnapshotSchemeStatistics s = scheme.Statistics;
        json.WriteStartObject();
        json.WriteNumber("index", index);
        json.WriteString("action", SchemeNames.Of(scheme.Action));
        if (scheme.IsActive is { } isActive)
        {
            json.WriteBoolean("active", isActive);
        }

        json.WriteNumber("nr_tried", s.NrTried);
        json.WriteNumber("sz_tried", s.SizeTried);
        json.WriteNumber("nr_applied", s.NrApplied);
        json.WriteNumber("sz_applied", s.SizeApplied);
        json.WriteNumber("sz_ops_filter_passed", s.SizeOpsFilterPassed);
        json.WriteNumber("qt_exceeds", s.QuotaExceeds);
        json.WriteNumber("nr_snapshots", s.NrSnapshots);
        WriteIfTold(json, "action_ns", (ulong?)scheme.ActionNs);
        WriteIfTold(json, "effective_sz_bytes", scheme.EffectiveQuota);
        WriteIfTold(json, "charged_sz_bytes", scheme.ChargedBytes);
        if (replay is not null)
        {
            json.WriteStartArray("seconds");
            foreach (ReplaySecond second in replay.SecondsOf(index))
            {
                json.WriteStartObject();
                json.WriteNumber("second", second.Second);
                json.WriteNumber("nr_tried", second.Regions);
                json.WriteNumber("sz_tried", second.Bytes);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            WriteRegret(json, replay.RegretOf(index));
        }

        json.WriteEndObject();
    }

    static void WriteIfTold(Utf8JsonWriter json, string name, ulong? value)
    {
        if (value is { } number)
        {
            json.WriteNumber(name, number);
        }
    }
}
