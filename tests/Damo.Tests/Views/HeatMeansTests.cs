using Damo.Views;

namespace Damo.Tests.Views;

public class HeatMeansTests
{
    [Fact]
    public void A_cell_is_the_mean_by_area()
    {
        HeatMeans grid = new(2, 2);
        grid.Add(0, 1, 0, 0.25, 1);
        grid.Add(0, 0.5, 0.25, 0.5, 0.5);
        Assert.Equal(0.75, grid[0, 0], 9);
        Assert.Equal(1, grid[1, 0], 9);
        Assert.True(double.IsNaN(grid[0, 1]));
    }

    [Theory]
    [InlineData(-1, 2, -1, 2)]
    [InlineData(0, 1, 0, 1)]
    public void Heat_outside_the_grid_is_left_out(double top, double bottom, double left, double right)
    {
        HeatMeans grid = new(3, 3);
        grid.Add(top, bottom, left, right, 0.5);
        grid.Add(1, 2, 0, 1, 1);
        grid.Add(0, 1, 1, 2, 1);
        grid.Add(0, 1, -2, 0, 1);
        for (int row = 0; row < 3; row++)
        {
            for (int column = 0; column < 3; column++)
            {
                Assert.Equal(0.5, grid[row, column], 9);
            }
        }
    }
}
