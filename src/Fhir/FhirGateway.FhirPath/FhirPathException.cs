namespace FhirGateway.FhirPath;

/// <summary>An expression can't be read, or can't be evaluated over what it was given; says where in the expression.</summary>
public sealed class FhirPathException : Exception
{
    // Problems quote the expression and the data, of which a part may be of any length.
    private const int MaxProblem = 400;

    public FhirPathException(string problem, string expression, int offset)
        : base($"{Shortened(problem, MaxProblem)} (line {LineOf(expression, offset)}, column {ColumnOf(expression, offset)})")
    {
        Problem = Shortened(problem, MaxProblem);
        Offset = offset;
        Line = LineOf(expression, offset);
        Column = ColumnOf(expression, offset);
    }

    /// <summary>Of data that can't be read, whatever expression asks for it.</summary>
    internal FhirPathException(string problem)
        : base(Shortened(problem, MaxProblem))
    {
        Problem = Message;
        (Line, Column, IsOfData) = (1, 1, true);
    }

    /// <summary>Whether no expression's place is told yet.</summary>
    internal bool IsOfData { get; }

    /// <summary>What is wrong, without the position.</summary>
    public string Problem { get; }

    /// <summary>
    /// Whether evaluation came to a limit (steps, stack), which is not the fault of the expression or of the data.
    /// </summary>
    public bool IsLimit { get; init; }

    /// <summary>Whether the limit is the stack of the thread: on a larger one it could go on.</summary>
    public bool IsTooDeep { get; init; }

    /// <summary>Characters before the place, from 0.</summary>
    public int Offset { get; }

    /// <summary>Line of the place, from 1.</summary>
    public int Line { get; }

    /// <summary>Column of the place, from 1.</summary>
    public int Column { get; }

    internal static string Shortened(string text, int most) => text.Length <= most ? text : string.Concat(text.AsSpan(0, most), "…");

    private static int LineOf(string expression, int offset) => expression.AsSpan(0, Math.Min(offset, expression.Length)).Count('\n') + 1;

    private static int ColumnOf(string expression, int offset)
    {
        var before = expression.AsSpan(0, Math.Min(offset, expression.Length));
        return before.Length - (before.LastIndexOf('\n') + 1) + 1;
    }
}
