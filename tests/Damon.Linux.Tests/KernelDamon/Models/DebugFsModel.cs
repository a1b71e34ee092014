using System.Globalization;
using System.Text;
using Damon.Linux.DamonFs;
using Damon.Linux.Native;
using Damon.Monitoring;
using Damon.Schemes;
using Damon.Schemes.Text;

namespace Damon.Linux.Tests.KernelDamon.Models;

/// <summary>The debugfs interface of a generation.</summary>
sealed class DebugFsModel : ModelFiles
{
    readonly DebugFsEra _era;
    readonly ColumnLayout _layout;
    readonly List<(int Target, ulong Start, ulong End)> _regions = [];
    List<int> _targets = [];
    List<string> _schemes = [];
    bool _isPhysical;

    public DebugFsModel(DebugFsEra era, ColumnLayout layout = ColumnLayout.TimeQuota, ModelFaults? faults = null)
        : base("/model/damon", faults)
    {
        _era = era;
        _layout = layout;
        With("attrs", new ModelFile(() => Attributes + "\n", WriteAttributes));
        With(era == DebugFsEra.Pids ? "pids" : "target_ids", new ModelFile(
            () => (_isPhysical ? era == DebugFsEra.Pids ? "-1" : "42" : string.Join(' ', _targets)) + "\n", WriteTargets));
        if (era <= DebugFsEra.TargetIds)
        {
            With("record", new ModelFile(() => Record + "\n", WriteRecord));
        }

        if (era != DebugFsEra.V515)
        {
            With("schemes", new ModelFile(() => string.Concat(_schemes.Select(s => $"{s} {Statistics}\n")), WriteSchemes));
            With(
                "init_regions",
                new ModelFile(
                    () => string.Concat(_regions.OrderBy(r => r.Target).ThenBy(r => r.Start).Select(r => $"{IdOf(r.Target)} {r.Start} {r.End}\n")),
                    WriteRegions));
        }

        if (era >= DebugFsEra.V515)
        {
            With("kdamond_pid", new ModelFile(() => IsOurs ? $"{Pid}\n" : "none\n"));
        }

        With(era == DebugFsEra.Deprecated ? "monitor_on_DEPRECATED" : "monitor_on", new ModelFile(() => IsOurs || IsForeign ? "on\n" : "off\n", Switch));
    }

    public string Attributes { get; set; } = "5000 100000 1000000 10 1000";

    public string Record { get; private set; } = "0 none";

    /// <summary>Whether the context of this folder runs.</summary>
    public bool IsOurs { get; set; }

    /// <summary>Whether another context of the kernel runs.</summary>
    public bool IsForeign { get; set; }

    public int Pid { get; set; } = 500;

    /// <summary>Called when monitoring begins.</summary>
    public Action? OnStart { get; set; }

    public HashSet<int> Pids { get; } = [187, 188];

    string Statistics => _era >= DebugFsEra.V518 ? "7 28672 3 12288 1" : "7 28672";

    Errno Busy(Func<Errno> action) => IsOurs ? Errno.EBUSY : action();

    static ulong[] Numbers(string text)
    {
        List<ulong> numbers = [];
        foreach (string word in text.Split([' ', '\n', '\t'], StringSplitOptions.RemoveEmptyEntries))
        {
            if (!ulong.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out ulong number))
            {
                break;
            }

            numbers.Add(number);
        }

        return [.. numbers];
    }

    Errno WriteAttributes(string text)
    {
        ulong[] n = Numbers(text);
        return n.Length < 5 || n[3] < 3 || n[3] > n[4] ? Errno.EINVAL : Busy(() =>
        {
            Attributes = string.Join(' ', n[..5]);
            return Errno.None;
        });
    }

    Errno WriteRecord(string text)
    {
        string[] words = text.Split([' ', '\n'], StringSplitOptions.RemoveEmptyEntries);
        return words.Length < 2 || !uint.TryParse(words[0], out uint length) || (length != 0 && length is < 1024 or > 4194304) ? Errno.EINVAL : Busy(() =>
        {
            Record = $"{length} {words[1]}";
            return Errno.None;
        });
    }

    Errno WriteTargets(string text) => Busy(() =>
    {
        _regions.Clear();
        _isPhysical = text == "paddr\n";
        _targets = _isPhysical ? [0] : [.. Numbers(text).Select(n => (int)n)];
        return _era >= DebugFsEra.V515 && !_isPhysical && _targets.Any(t => !Pids.Contains(t)) ? Errno.EINVAL : Errno.None;
    });

    string IdOf(int target) => _era >= DebugFsEra.V518 ? $"{target}" : _isPhysical ? _era == DebugFsEra.Pids ? "-1" : "42" : $"{_targets[target]}";

    Errno WriteRegions(string text)
    {
        string[] words = text.Split([' ', '\n'], StringSplitOptions.RemoveEmptyEntries);
        return Busy(() =>
        {
            _regions.Clear();
            for (int i = 0; i + 2 < words.Length; i += 3)
            {
                int target = Enumerable.Range(0, _targets.Count).FirstOrDefault(t => IdOf(t) == words[i], -1);
                ulong start = ulong.Parse(words[i + 1], CultureInfo.InvariantCulture);
                ulong end = ulong.Parse(words[i + 2], CultureInfo.InvariantCulture);
                if (target < 0 || start >= end || _regions.Any(r => r.Target == target && r.End > start))
                {
                    _regions.Clear();
                    return Errno.EINVAL;
                }

                _regions.Add((target, start, end));
            }

            return Errno.None;
        });
    }

    Errno WriteSchemes(string text)
    {
        List<Scheme> schemes = [];
        try
        {
            KernelScanner scanner = new(Encoding.UTF8.GetBytes(text));
            while (TryTake(ref scanner) is { } columns)
            {
                schemes.Add(SchemeColumns.ToScheme(columns, _layout));
            }
        }
        catch (FormatException)
        {
            return Errno.EINVAL;
        }

        return Busy(() =>
        {
            _schemes = [.. schemes.Select(s => SchemeColumns.Format(s, new MonitoringAttributes(), _layout, separator: ' '))];
            return Errno.None;
        });
    }

    ulong[]? TryTake(ref KernelScanner scanner)
    {
        ulong[] columns = new ulong[SchemeColumns.CountOf(_layout)];
        for (int i = 0; i < columns.Length; i++)
        {
            if (!scanner.TryUInt64(out columns[i]))
            {
                return null;
            }
        }

        return columns;
    }

    Errno Switch(string text)
    {
        switch (text.Trim())
        {
            case "on" when IsOurs || IsForeign:
                return Errno.EBUSY;
            case "on" when _targets.Count == 0:
                return Errno.EINVAL;
            case "on":
                IsOurs = true;
                OnStart?.Invoke();
                return Errno.None;
            case "off" when !IsOurs:
                return Errno.EPERM;
            case "off":
                End();
                return Errno.None;
            default:
                return Errno.EINVAL;
        }
    }

    /// <summary>Ends monitoring, as when the targets are gone.</summary>
    public void End()
    {
        IsOurs = false;
        if (_era >= DebugFsEra.V515)
        {
            _targets = [];
            _regions.Clear();
            _isPhysical = false;
        }
    }
}
