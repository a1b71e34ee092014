namespace Damo.CommandLine;

/// <summary>Commands that the DAMON tools of other times have, and this one has not: what does the same here.</summary>
static class CommandsElsewhere
{
    static readonly Dictionary<string, string> s_instead = new(StringComparer.Ordinal)
    {
        ["start"] = "nothing runs in the background here: 'damo record' monitors and 'damo schemes' acts until they are stopped",
        ["tune"] = "to change what runs, end it and start it again: 'damo schemes' or 'damo record'",
        ["show"] = "'damo report access' shows a record",
        ["status"] = "'damo features' shows the kernel's DAMON, 'damo schemes' the numbers of its schemes while it runs",
        ["stat"] = "'damo features' shows the kernel's DAMON, 'damo schemes' the numbers of its schemes while it runs",
        ["monitor"] = "record, and then report: 'damo record --timeout 10 PID' and 'damo report wss'",
        ["args"] = "'damo schemes' and 'damo record' take these options themselves",
        ["fmt_json"] = "'damo schemes' and 'damo record --kdamonds' take such files and options themselves",
        ["translate_damos"] = "'damo schemes' reads schemes of every age",
        ["fs"] = "'damo debugfs' gives scripts the files of DAMON",
        ["convert_record_format"] = "it is 'damo convert IN OUT' here",
        ["reclaim"] = "it is 'damo module reclaim' here",
        ["lru_sort"] = "it is 'damo module lru_sort' here",
        ["replay"] = "no accesses are repeated here; 'damo schemes --replay RECORD' tells what schemes would have done",
        ["diagnose"] = "it is 'damo doctor' here",
        ["setup_cli_completion"] = "it is 'source <(damo completion bash)' here; zsh and fish too",
        ["record_info"] = "it is 'damo report record-info' here",
        ["pa_layout"] = "'damo doctor' tells what memory there is, and 'damo record --regions all paddr' takes all of it",
        ["damon_param_options"] = "'damo help record' has the options of monitoring, 'damo help schemes' those of schemes",
        ["access_filter_options"] = "it is 'damo help report access' here",
        ["access_format_options"] = "it is 'damo help report access' here",
        ["report damon"] = "'damo features' shows the kernel's DAMON, 'damo schemes' the numbers of its schemes while it runs",
        ["report sysinfo"] = "'damo doctor' shows what the machine can do, 'damo features' what the kernel's DAMON can",
        ["report times"] = "'damo report access' takes the same filters and tells the times of what passes",
        ["report profile"] = "no functions are recorded here; run 'perf record' beside",
        ["report holistic"] = "'damo report html' has the heatmap, the working set and the hottest mappings on one page",
        ["report trace"] = "'damo record --backend sysfs' records the kernel's events",
        ["report pa_layout"] = "'damo doctor' tells what memory there is, and 'damo record --regions all paddr' takes all of it",
    };

    /// <summary>What does here what a command of another tool does; null where no tool has such a command.</summary>
    /// <param name="group">Its words before the last: empty, or <c>report</c>.</param>
    /// <param name="word">Its last word.</param>
    public static string? Instead(string group, string word) => s_instead.GetValueOrDefault(group.Length == 0 ? word : $"{group} {word}");
}
