namespace FhirGateway.FhirPath.Syntax;

/// <summary>
/// Binding strength of the binary operators, stronger is higher (FHIRPath N1 §6.8). Unary signs and paths bind stronger than all.
/// </summary>
internal static class Operators
{
    public const int Type = 8;

    /// <summary>0 for what is not a binary operator.</summary>
    public static int Strength(Token token) => token.Kind switch
    {
        TokenKind.Symbol => token.Text switch
        {
            "*" or "/" => 10,
            "+" or "-" or "&" => 9,
            "|" => 7,
            "<" or "<=" or ">" or ">=" => 6,
            "=" or "~" or "!=" or "!~" => 5,
            _ => 0,
        },
        TokenKind.Identifier => token.Text switch
        {
            "div" or "mod" => 10,
            "is" or "as" => Type,
            "in" or "contains" => 4,
            "and" => 3,
            "or" or "xor" => 2,
            "implies" => 1,
            _ => 0,
        },
        _ => 0,
    };
}
