using CsCheck;
using Damon.Monitoring;
using Damon.Reports.Heatmap;
using Damon.Reports.Heats;
using Damon.Tests.Shared;

namespace Damon.Tests.Reports.Heatmap;

public sealed class HeatmapModelTests
{
    const double Tolerance = 1e-9;

    static readonly Gen<SnapshotRegion[]> s_regions =
        Gen.Select(Gen.ULong[0, 5000], Gen.ULong[1, 200_000], Gen.UInt[0, 200]).Array[0, 40].Select(parts =>
        {
            ulong at = 1 << 20;
            return Array.ConvertAll(parts, part =>
            {
                // Mostly without a gap, as regions are.
                at += part.Item1 < 4000 ? 0 : part.Item1;
                SnapshotRegion region = new(at, at + part.Item2, part.Item3, 0);
                at += part.Item2;
                return region;
            });
        });

    static readonly Gen<(long Start, long End, SnapshotRegion[] Regions, double Scale)[]> s_snapshots =
        Gen.Select(Gen.Long[0, 200], Gen.Long[1, 900_000], s_regions, Gen.Int[0, 9]).Array[1, 30].Select(parts =>
        {
            long at = 7_000_000_000;
            return Array.ConvertAll(parts, part =>
            {
                at += part.Item1 < 150 ? 0 : part.Item1 * 1000;
                long start = at;
                at += part.Item2;
                return (start, at, part.Item3, part.Item4 < 7 ? 10.0 : 2.5 * part.Item4);
            });
        });

    static SnapshotRegion Region(ulong start, ulong end, uint nrAccesses) => new(start, end, nrAccesses, 0);

    static HeatmapModel Model(long start, long end, int rows, ulong first, ulong behind, int columns) =>
        new(new HeatmapGrid(start, end, new AddressRange(first, behind), rows, columns));

    /// <summary>The sum over all regions, the slow way.</summary>
    static double Expected((long Start, long End, SnapshotRegion[] Regions, double Scale)[] snapshots, HeatmapGrid grid, bool covered)
    {
        double sum = 0;
        foreach ((long start, long end, SnapshotRegion[] regions, double scale) in snapshots)
        {
            double ns = Math.Max(0, Math.Min(end, grid.EndNs) - Math.Max(start, grid.StartNs));
            foreach (SnapshotRegion region in regions)
            {
                ulong from = Math.Max(region.Start, grid.Addresses.Start);
                ulong to = Math.Min(region.End, grid.Addresses.End);
                sum += to > from ? (covered ? 1 : region.NrAccesses * scale) * (to - from) * ns : 0;
            }
        }

        return sum;
    }

    static void Same(double expected, double actual) =>
        Assert.True(Math.Abs(expected - actual) <= Tolerance * Math.Abs(expected), $"{actual:R} is not {expected:R}");

    [Fact]
    public void The_sum_of_cells_is_the_sum_of_regions_at_any_resolution_and_clipping() =>
        Gen.Select(s_snapshots, Gen.Int[1, 60], Gen.Int[1, 90], Gen.Int[0, 1000], Gen.Int[0, 1000], Gen.Select(Gen.Int[0, 1000], Gen.Int[0, 1000])).Sample(
            (snapshots, rows, columns, left, right, times) =>
            {
                ulong[] edges = [.. snapshots.SelectMany(s => s.Regions).SelectMany(r => new[] { r.Start, r.End }).DefaultIfEmpty(0UL)];
                (ulong lowest, ulong highest) = (edges.Min(), edges.Max());
                long begin = snapshots[0].Start;
                long duration = snapshots[^1].End - begin;
                (left, right) = (Math.Min(left, right), Math.Max(left, right));
                (int top, int bottom) = (Math.Min(times.Item1, times.Item2), Math.Max(times.Item1, times.Item2));

                // Beyond the data on both sides, too.
                ulong first = lowest + ((highest - lowest) * (ulong)left / 800);
                ulong behind = lowest + ((highest - lowest) * (ulong)right / 800) + 100;
                long from = begin - 1000 + (duration * top / 800);
                HeatmapModel model = Model(from, from + (duration * (bottom - top) / 800) + 100, rows, first, behind, columns);
                foreach ((long start, long end, SnapshotRegion[] regions, double scale) in snapshots)
                {
                    model.Add(start, end, regions, scale);
                }

                double mass = 0;
                double byMean = 0;
                double covered = 0;
                for (int row = 0; row < rows; row++)
                {
                    for (int column = 0; column < columns; column++)
                    {
                        double area = (double)model.Grid.RowNs(row) * model.Grid.ColumnBytes(column);
                        double mean = model.Mean(row, column);
                        mass += model.Mass(row, column);
                        byMean += double.IsNaN(mean) ? 0 : mean * area;
                        covered += model.Coverage(row, column) * area;
                        Assert.InRange(model.Coverage(row, column), 0, 1 + Tolerance);
                    }
                }

                Same(Expected(snapshots, model.Grid, covered: false), mass);
                Same(Expected(snapshots, model.Grid, covered: false), byMean);
                Same(Expected(snapshots, model.Grid, covered: true), covered);
            },
            iter: 400);

    [Fact]
    public void Each_cell_has_what_lies_in_it() =>
        Gen.Select(s_snapshots, Gen.Int[1, 9], Gen.Int[1, 12]).Sample(
            (snapshots, rows, columns) =>
            {
                HeatmapModel model = Model(snapshots[0].Start, snapshots[^1].End + 100, rows, 1 << 20, 3 << 20, columns);
                Array.ForEach(snapshots, s => model.Add(s.Start, s.End, s.Regions, s.Scale));
                for (int row = 0; row < rows; row++)
                {
                    for (int column = 0; column < columns; column++)
                    {
                        HeatmapGrid cell = new(
                            model.Grid.RowStartNs(row), model.Grid.RowStartNs(row + 1), new(
                                model.Grid.ColumnStart(column),
                                model.Grid.ColumnStart(column + 1)), 1, 1);
                        Same(Expected(snapshots, cell, covered: false), model.Mass(row, column));
                        Assert.Equal(Expected(snapshots, cell, covered: true) == 0, double.IsNaN(model.Mean(row, column)));
                    }
                }
            },
            iter: 200);

    [Fact]
    public void Regions_as_large_as_address_spaces_leave_no_rest_where_they_end()
    {
        HeatmapModel model = Model(0, long.MaxValue, 3, 0, ulong.MaxValue, 7);
        model.Add(0, long.MaxValue / 2, [Region(1, ulong.MaxValue / 2, uint.MaxValue)]);
        double sum = Enumerable.Range(0, 3).Sum(row => Enumerable.Range(0, 7).Sum(column => model.Mass(row, column)));
        Same((double)uint.MaxValue * (ulong.MaxValue / 2) * (long.MaxValue / 2), sum);
        Assert.True(double.IsNaN(model.Mean(0, 4)));
        Assert.True(double.IsNaN(model.Mean(2, 0)));
    }

    [Fact]
    public void Not_accessed_differs_from_not_known()
    {
        HeatmapModel model = Model(0, 100, 2, 1000, 1040, 4);
        model.Add(0, 50, [Region(1000, 1010, 0), Region(1010, 1015, 8)]);
        Assert.Equal(0, model.Mean(0, 0));
        Assert.Equal(4, model.Mean(0, 1));
        Assert.Equal(0.5, model.Coverage(0, 1));
        Assert.Equal(double.NaN, model.Mean(0, 2));
        Assert.Equal(double.NaN, model.Mean(1, 0));
        Assert.Equal((0, 4), model.Extent());
        Assert.Null(Model(0, 100, 2, 1000, 1040, 4).Extent());
    }

    [Fact]
    public void A_scale_makes_rates_of_counts()
    {
        HeatmapModel model = Model(0, 100, 1, 1000, 1010, 1);
        model.Add(0, 50, [Region(1000, 1010, 3)], 10);
        model.Add(50, 100, [Region(1000, 1010, 3)], 20);
        Assert.Equal(45, model.Mean(0, 0));
    }

    [Fact]
    public void Time_that_has_passed_is_not_filled_again()
    {
        HeatmapModel model = Model(0, 100, 1, 1000, 1010, 1);
        model.Add(0, 60, [Region(1000, 1010, 1)]);
        model.Add(20, 10, [Region(1000, 1010, 9)]);
        model.Add(40, 100, [Region(1000, 1010, 1)]);
        Assert.Equal(1, model.Mean(0, 0));
        Assert.Equal(2, model.Snapshots);
    }

    [Fact]
    public void Nothing_is_allocated_per_snapshot()
    {
        HeatmapModel model = Model(0, 1_000_000, 50, 0, 1 << 30, 50);
        SnapshotRegion[] regions = [.. Enumerable.Range(0, 500).Select(i => Region((ulong)i << 20, (ulong)(i + 1) << 20, (uint)i))];
        long at = 0;
        Assert.Equal(0, Allocation.Of(() => model.Add(at, at += 700, regions)));
    }

    [Theory]
    [InlineData(100, 100, 2, 0x1000, 0x2000, 2)]
    [InlineData(100, 50, 2, 0x1000, 0x2000, 2)]
    [InlineData(100, 200, 2, 0x1000, 0x1001, 2)]
    [InlineData(100, 200, 2, 0x2000, 0x1000, 2)]
    [InlineData(0, 1_000_000, 100_000, 0x1000, 0x2000, 1000)]
    [InlineData(long.MinValue, long.MaxValue, 2, 0x1000, 0x2000, 2)]
    public void A_heatmap_finer_than_1_ns_or_1_byte_is_refused(long tmin, long tmax, int rows, ulong amin, ulong amax, int columns) =>
        Assert.Contains("cells", Assert.Throws<HeatsException>(() => Model(tmin, tmax, rows, amin, amax, columns)).Message);
}
