namespace Damon.Linux.Bpf;

/// <summary>A place in a program under construction, made by <see cref="BpfAssembler.NewLabel"/>.</summary>
readonly record struct BpfLabel(int Index);
