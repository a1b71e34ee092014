using Damon.Linux.Diagnosis;

namespace Damon.Linux.Tests.Diagnosis;

/// <summary>What doctor says of capabilities, by files that stand for /proc.</summary>
public sealed class MachineDiagnosisTests : IDisposable
{
    const string All = "000001ffffffffff";
    const string None = "0000000000000000";

    readonly TemporaryFolder _proc = new();

    public void Dispose() => _proc.Dispose();

    [Fact]
    public void Root_of_the_machine_has_all_that_is_needed() => Assert.True(Look(All, All, "user:[4026531837]").Works);

    [Fact]
    public void Capabilities_within_a_user_namespace_count_for_nothing()
    {
        Finding finding = Look(All, All, "user:[4026532176]");
        Assert.False(finding.Works);
        Assert.Contains("user:[4026532176]", finding.Detail, StringComparison.Ordinal);
        Assert.Equal("run outside of it, as the machine's root", finding.Remedy);
    }

    [Fact]
    public void Without_capabilities_the_remedy_is_a_command_to_type()
    {
        Finding finding = Look(None, All, "user:[4026531837]", "/usr/bin/damo");
        Assert.False(finding.Works);
        Assert.Equal("run as root, or once: sudo setcap cap_bpf,cap_perfmon,cap_sys_admin,cap_sys_nice,cap_sys_ptrace+ep /usr/bin/damo", finding.Remedy);
    }

    [Fact]
    public void A_file_name_is_quoted_for_the_shell() =>
        Assert.EndsWith(@" '/home/it'\''s me/damo'", MachineDiagnosis.SetCapabilities("/home/it's me/damo"), StringComparison.Ordinal);

    /// <summary>Containers drop them for root, too.</summary>
    [Fact]
    public void A_capability_that_root_lacks_must_be_given_to_the_container()
    {
        Finding finding = Look("000000000000ffff", "0000000000ffffff", "user:[4026531837]");
        Assert.Equal("not even root has CAP_PERFMON, CAP_BPF here; give them to the container (--cap-add PERFMON --cap-add BPF)", finding.Remedy);
    }

    Finding Look(string effective, string bounding, string space, string? program = null)
    {
        _proc.Write("self/status", $"Name:\tx\nCapEff:\t{effective}\nCapBnd:\t{bounding}\n");
        _ = File.CreateSymbolicLink(_proc.File("self/ns/user"), space);
        return new MachineDiagnosis(_proc.Path, program: program).Capabilities();
    }
}
